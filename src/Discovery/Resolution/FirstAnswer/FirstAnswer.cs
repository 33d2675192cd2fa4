using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>
/// Whether the resolver of a channel has said anything yet. Until it has, grpc-dotnet holds each call without looking at its deadline or
/// its cancellation, so a call is better not handed over before.
/// </summary>
internal sealed class FirstAnswer(GrpcChannel channel)
{
    private readonly Lock _lock = new();
    private Task? _asked;
    private volatile bool _isKnown;

    /// <summary>Whatever a resolver says first takes a channel out of idle; later it may be so again.</summary>
    public bool IsKnown => _isKnown || (channel.State != ConnectivityState.Idle && (_isKnown = true));

    /// <summary>Asks, and waits for as long as a call may last.</summary>
    /// <exception cref="RpcException">The call is over: its deadline has passed, or nobody wants it any more.</exception>
    public async Task WaitAsync(CallOptions options, CancellationToken disposed)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, disposed);
        if (TimeLeft(options.Deadline) is { } left)
            bound.CancelAfter(left);
        try
        {
            await AskOnce().WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            throw new RpcException(options.CancellationToken.IsCancellationRequested || disposed.IsCancellationRequested
                ? new Status(StatusCode.Cancelled, "The call was cancelled before it was known where to send it.")
                : new Status(StatusCode.DeadlineExceeded, "It was not known yet where to send the call."));
        }
    }

    /// <summary>Null for one without an end, or with one that no timer can hold.</summary>
    private static TimeSpan? TimeLeft(DateTime? deadline)
    {
        if (deadline is not { } end || end == DateTime.MaxValue)
            return null;
        var left = end - DateTime.UtcNow;
        if (left.TotalMilliseconds > int.MaxValue)
            return null;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private Task AskOnce()
    {
        lock (_lock)
            return _asked ??= AskAsync();
    }

    // Never fails: what is wrong with the channel, the calls themselves say.
    private async Task AskAsync()
    {
        using var enough = new CancellationTokenSource();
        try
        {
            // Connecting makes it ask, and goes on to wait for a connection, which does not matter here.
            var connected = channel.ConnectAsync(enough.Token).Observed();
            var changed = channel.WaitForStateChangedAsync(ConnectivityState.Idle, enough.Token).Observed();
            await Task.WhenAny(connected, changed).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The channel is closed.
        }

        _isKnown = true;
        await enough.CancelAsync().ConfigureAwait(false);
    }
}
