using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Tells one channel the endpoints of one service, live. Always tells it something within a bound: until then calls hang,
/// past their own deadline even.
/// </summary>
internal sealed partial class DiscoveryResolver(
    IEndpointSource source, string service, DiscoveryResolverOptions options, ResolutionStatus status, ILogger logger) : Resolver
{
    private readonly Lock _lock = new();
    private readonly ResolutionPolicy _policy = new(service, options);
    private Action<ResolverResult>? _listener;
    private BackgroundLoop? _loop;
    private bool _disposed;

    public override void Start(Action<ResolverResult> listener)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _listener = listener;
            _loop = BackgroundLoop.Start(RunAsync);
        }
    }

    // Balancers ask when a connection breaks. The list is live already: asking again would bring nothing.
    public override void Refresh()
    {
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _disposed = true;
            _loop?.Stop();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FollowAsync(cancellationToken).ConfigureAwait(false);
            Tell(_policy.OnEnd());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception e)
        {
            // A source does not throw. One that does anyway must not leave the channel's calls hanging for ever.
            LogSourceFailed(logger, e, service);
            Tell(new Resolution([], $"Discovery of service '{service}' failed: {e.Message}"));
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await using var snapshots = source.WatchAsync(service, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = snapshots.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!await ArrivesInTimeAsync(next, _policy.Due, cancellationToken).ConfigureAwait(false))
                {
                    Tell(_policy.OnDue());
                    continue;
                }

                if (!await next.ConfigureAwait(false))
                    return;
                if (_policy.HasList)
                    await Task.Delay(options.DebounceTime * (0.5 + 0.5 * Jitter.NextDouble()), cancellationToken).ConfigureAwait(false);
                var snapshot = snapshots.Current;
                next = snapshots.MoveNextAsync().AsTask();
                // What was overtaken while it was held is left out; its successor is not held again, lest a list that changes
                // all the time is never told.
                if (next.IsCompletedSuccessfully && await next.ConfigureAwait(false))
                {
                    snapshot = snapshots.Current;
                    next = snapshots.MoveNextAsync().AsTask();
                }

                Tell(_policy.On(snapshot));
            }
        }
        finally
        {
            // A stream must not be disposed while it is being read.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether it completes before the time is up. Without a time: true, when it completes.</summary>
    private static async Task<bool> ArrivesInTimeAsync(Task<bool> next, TimeSpan? due, CancellationToken cancellationToken)
    {
        if (due is null || next.IsCompleted)
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(next, Task.Delay(due.Value, timer.Token)).ConfigureAwait(false);
        await timer.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    private void Tell(Resolution? resolution)
    {
        if (resolution is null)
            return;
        var result = resolution.Failure is { } failure
            ? ResolverResult.ForFailure(new Status(StatusCode.Unavailable, failure))
            : ResolverResult.ForResult([.. resolution.Endpoints.Select(e => e.ToBalancerAddress(options))]);

        // Under the lock, so that nothing is told once Dispose has returned: the channel would open sockets that nobody closes.
        lock (_lock)
        {
            if (_disposed)
                return;
            status.Last = resolution.ToString();
            LogTold(logger, service, resolution);
            try
            {
                _listener!(result);
            }
            catch (Exception e)
            {
                LogListenerFailed(logger, e, service);
            }
        }
    }
}
