using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// A channel to a discovered service: its calls are balanced over the endpoints that there are, live. Made by a
/// <see cref="DiscoveryChannelFactory"/>. Channels to one target with equal options share their connections, which are closed
/// with the last of them, or with the factory. Thread safe.
/// </summary>
public sealed class DiscoveryChannel : ChannelBase, IAsyncDisposable, IDisposable
{
    private readonly Action<SharedChannel> _release;
    private int _closed;

    internal DiscoveryChannel(SharedChannel shared, Action<SharedChannel> release)
        : base(shared.Settings.Target.ToString())
    {
        Shared = shared;
        _release = release;
    }

    /// <summary>
    /// Whether the channel has a connection. A channel connects at its first call or
    /// <see cref="ConnectAsync(TimeSpan, CancellationToken)"/>, is <see cref="ConnectivityState.Idle"/> before, and
    /// <see cref="ConnectivityState.Shutdown"/> when it is closed.
    /// </summary>
    public ConnectivityState State => IsClosed ? ConnectivityState.Shutdown : Shared.Channel.State;

    internal SharedChannel Shared { get; }

    private bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Connects, and waits until calls can be made. (What <c>WithBlock</c> is in Go.)</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the channel is ready.</returns>
    /// <exception cref="TimeoutException">
    /// It was not ready in time; the message names the target, its state and what was found.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public async Task ConnectAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            await ConnectAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && bound.IsCancellationRequested)
        {
            var found = Shared.LastFound is { } last ? $"; last found: {last}" : "";
            throw new TimeoutException(
                $"The channel to '{Target}' was not ready within {timeout.TotalSeconds:0.###} s. It is {State}{found}", e);
        }
    }

    /// <summary>Connects, and waits until calls can be made or the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the channel is ready.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return Shared.Channel.ConnectAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return Shared.Invoker;
    }

    /// <summary>
    /// Closes this channel; the connections are closed, and the calls on them cancelled, once all that share them are closed.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            _release(Shared);
    }

    /// <summary>Like <see cref="Dispose"/>.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Like <see cref="Dispose"/>: whoever shares the connections keeps them.</summary>
    /// <returns>A completed task.</returns>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
