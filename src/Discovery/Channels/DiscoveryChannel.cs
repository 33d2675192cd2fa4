using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Discovery;

/// <summary>
/// A channel to a discovered service: its calls are balanced over the endpoints that there are, live. Made by a
/// <see cref="DiscoveryChannelFactory"/>. Channels to one target with equal options share their connections, which are closed
/// with the last of them, or with the factory. Thread safe.
/// </summary>
public sealed class DiscoveryChannel : ChannelBase, IAsyncDisposable, IDisposable
{
    private readonly SharedHandler _shared;
    private readonly CallInvoker _invoker;
    private readonly Action<SharedHandler> _release;
    private int _closed;

    internal DiscoveryChannel(SharedHandler shared, CallInvoker invoker, bool hasCallCredentials, Action<SharedHandler> release)
        : base(shared.Settings.Target.ToString())
    {
        Description = new ChannelDescription(Target, shared.Settings.Connections.IsSecure, hasCallCredentials);
        _shared = shared;
        _invoker = invoker;
        _release = release;
    }

    /// <summary>
    /// Whether the channel has a connection. A channel connects at its first call or
    /// <see cref="ConnectAsync(TimeSpan, CancellationToken)"/>, is <see cref="ConnectivityState.Idle"/> before, and
    /// <see cref="ConnectivityState.Shutdown"/> when it is closed.
    /// </summary>
    public ConnectivityState State => IsClosed ? ConnectivityState.Shutdown : _shared.Handler.State;

    /// <summary>
    /// What the channel is, for interceptors that are made for it:
    /// <c>channel.Intercept(ClientInterceptors.Standard(loggers, options, channel.Description))</c>.
    /// </summary>
    public ChannelDescription Description { get; }

    /// <summary>What is below it, which it may share with other channels.</summary>
    internal DiscoveryHandler Handler => _shared.Handler;

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
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested && bound.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The channel to '{Target}' was not ready within {timeout.TotalSeconds:0.###} s. It is {State}; "
                + $"last found: {_shared.Handler.LastFound}",
                exception);
        }
    }

    /// <summary>Connects, and waits until calls can be made or the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the channel is ready.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (_shared.Settings.ServiceConfig.Options.WaitForEtcd)
            await _shared.ServiceConfig.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _shared.Handler.ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return _invoker;
    }

    /// <summary>
    /// Closes this channel; the connections are closed, and the calls on them cancelled, once all that share them are closed.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            _release(_shared);
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
