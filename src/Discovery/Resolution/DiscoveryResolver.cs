using System.Diagnostics;
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
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ToldAddresses _addresses = new(options);
    private Action<ResolverResult>? _listener;
    private FollowedService? _following;
    private EndpointCacheWriter? _writer;
    private BackgroundLoop? _loop;
    private ResolverResult? _failure;
    private bool _disposed;

    /// <summary>Where the list outlives the process; null for nowhere.</summary>
    public EndpointCache? Cache { get; init; }

    /// <summary>Who is told what becomes known from the start on, for metrics and health; null for nobody.</summary>
    public Func<FollowedService>? Follow { get; init; }

    public DiscoveryMetrics? Metrics { get; init; }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public override void Start(Action<ResolverResult> listener)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _listener = listener;
            _following = Follow?.Invoke();
            _writer = Cache is null ? null : new EndpointCacheWriter(Cache);
            _loop = BackgroundLoop.Start(RunAsync);
        }
    }

    // Balancers ask when a connection breaks. The list is live already: asking again would bring nothing. But as long as there was a
    // connection, a channel did not listen to the news that there are no endpoints any more, and calls would not say so.
    public override void Refresh()
    {
        // Elsewhere, because the balancer asks in the middle of its own work.
        if (Volatile.Read(ref _failure) is not null)
            BackgroundLoop.Start(RepeatFailureAsync);
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            if (!_disposed)
                _following?.Leave();
            _disposed = true;
            _loop?.Stop();
            _writer?.Stop();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var policy = new ResolutionPolicy(service, options, Cache is null ? null : ReadLastKnown);
        try
        {
            await FollowAsync(policy, cancellationToken).ConfigureAwait(false);
            Tell(policy.OnEnd());
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

    private async Task FollowAsync(ResolutionPolicy policy, CancellationToken cancellationToken)
    {
        await using var snapshots = source.WatchAsync(service, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = snapshots.MoveNextAsync().AsTask();
        var quietSince = TimeSpan.MinValue;
        try
        {
            while (true)
            {
                if (!await next.CompletesWithinAsync(policy.DueAt - Now, cancellationToken).ConfigureAwait(false))
                {
                    OnDue(policy);
                    continue;
                }

                if (!await next.ConfigureAwait(false))
                    return;
                // A change after a quiet time passes at once: it may be the only one.
                if (policy.HasList && Now - options.DebounceTime < quietSince)
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

                OnSnapshot(policy, snapshot);
                quietSince = Now;
            }
        }
        finally
        {
            // A stream must not be disposed while it is being read.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnSnapshot(ResolutionPolicy policy, EndpointSnapshot snapshot)
    {
        var isChange = policy.HasList && !snapshot.IsStale;
        var heldBefore = policy.Held;
        var told = policy.On(snapshot, Now);
        Tell(told);
        NoteHeld(heldBefore, policy.Held);
        _following?.OnSnapshot(snapshot, policy.InUse.Length);
        if (snapshot.IsStale)
        {
            _writer?.Lose();
            return;
        }

        _writer?.Confirm(policy.InUse);
        // The first list of a channel may have been known long before there was the channel.
        if (isChange && told is not null)
            Metrics?.Applied(snapshot);
    }

    private void OnDue(ResolutionPolicy policy)
    {
        var heldBefore = policy.Held;
        if (policy.OnDue(Now) is not { } told)
            return;
        Tell(told);
        NoteHeld(heldBefore, policy.Held);
        _following?.OnInUse(policy.InUse.Length);
        _writer?.Change(policy.InUse);
    }

    private void NoteHeld(int before, int now)
    {
        if (before == 0 && now > 0)
            LogHeld(logger, service, now);
        else if (before > 0 && now == 0)
            LogHoldEnded(logger, service);
    }

    private EndpointSnapshot? ReadLastKnown()
    {
        var lastKnown = Cache!.Read();
        if (lastKnown is not null)
            _following?.OnLastKnown(lastKnown);
        return lastKnown;
    }

    private void Tell(Resolution? resolution)
    {
        if (resolution is null)
            return;
        var result = resolution.Failure is { } failure
            ? ResolverResult.ForFailure(new Status(StatusCode.Unavailable, failure))
            : ResolverResult.ForResult(_addresses.Of(resolution.Endpoints));

        // Under the lock, so that nothing is told once Dispose has returned: the channel would open sockets that nobody closes.
        lock (_lock)
        {
            if (_disposed)
                return;
            status.Last = resolution.ToString();
            LogTold(logger, service, resolution);
            Volatile.Write(ref _failure, resolution.Failure is null ? null : result);
            Tell(result);
        }
    }

    private Task RepeatFailureAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_disposed && _failure is { } failure)
                Tell(failure);
        }

        return Task.CompletedTask;
    }

    private void Tell(ResolverResult result)
    {
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
