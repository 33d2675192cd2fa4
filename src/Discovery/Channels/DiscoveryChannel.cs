using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>
/// A channel to a discovered service: its calls are balanced over the endpoints that there are, live. Made and shared by a
/// <see cref="DiscoveryChannelFactory"/>, which closes it when it is disposed. Thread safe.
/// </summary>
public sealed class DiscoveryChannel : ChannelBase
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly ResolutionStatus _resolution;
    private readonly Action _onClosed;

    internal DiscoveryChannel(
        ChannelSettings settings, GrpcChannel channel, CallInvoker invoker, ResolutionStatus resolution,
        Action<DiscoveryChannel> onClosed)
        : base(settings.Target.ToString())
    {
        Settings = settings;
        _channel = channel;
        _invoker = invoker;
        _resolution = resolution;
        _onClosed = () => onClosed(this);
    }

    /// <summary>
    /// Whether the channel has a connection. A channel connects at its first call or
    /// <see cref="ConnectAsync(TimeSpan, CancellationToken)"/>,
    /// and is <see cref="ConnectivityState.Idle"/> before.
    /// </summary>
    public ConnectivityState State => _channel.State;

    internal ChannelSettings Settings { get; }

    /// <summary>Connects, and waits until calls can be made. (What <c>WithBlock</c> is in Go.)</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the channel is ready.</returns>
    /// <exception cref="TimeoutException">It was not ready in time; the message names the target and what was found.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public async Task ConnectAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            // Waited for from outside as well: grpc-dotnet does not see the token while it waits for the first answer.
            await _channel.ConnectAsync(bound.Token).Observed().WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && bound.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The channel to '{Target}' was not ready within {timeout.TotalSeconds:0.###} s. "
                + $"It is {_channel.State}; last found: {_resolution.Last}", e);
        }
    }

    /// <summary>Connects, and waits until calls can be made or the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the channel is ready.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) =>
        _channel.ConnectAsync(cancellationToken).Observed().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => _invoker;

    /// <summary>Closes the channel for all who share it; the factory makes a new one when it is asked again.</summary>
    /// <returns>A completed task.</returns>
    protected override Task ShutdownAsyncCore()
    {
        _onClosed();
        _channel.Dispose();
        return Task.CompletedTask;
    }
}
