using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Tells one balancer the endpoints of one service, live, and within a bound that they are not known: until then calls wait.
/// </summary>
internal sealed partial class DiscoveryResolver(
    IEndpointSource source, string service, DiscoveryResolverOptions options, ILogger logger,
    TimeProvider? time = null)
    : IDisposable
{
    private readonly TimeProvider _time = PoolTime.Of(time ?? TimeProvider.System);
    private readonly TimeProvider _wallClock = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private volatile string _lastTold = "discovery has not answered yet";
    private volatile ListStatus _list = ListStatus.None;
    private Action<Resolution>? _listener;
    private long _start;
    private ResolvedTarget? _following;
    private EndpointCacheWriter? _writer;
    private BackgroundLoop? _loop;
    private bool _disposed;

    /// <summary>Where the list outlives the process; null for nowhere.</summary>
    public EndpointCache? Cache { get; init; }

    /// <summary>Who is told what becomes known from the start on, for metrics and health; null for nobody.</summary>
    public Func<ResolvedTarget>? Follow { get; init; }

    /// <summary>What it told last, for messages to people.</summary>
    public string LastTold => _lastTold;

    /// <summary>How old its list is.</summary>
    public ListStatus List => _list;

    public DiscoveryMetrics? Metrics { get; init; }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Begins to follow the service, once.</summary>
    public void Start(Action<Resolution> listener)
    {
        lock (_lock)
        {
            if (_disposed || _listener is not null)
                return;
            _listener = listener;
            _following = Follow?.Invoke();
            _writer = Cache is null ? null : new EndpointCacheWriter(Cache);
            _loop = BackgroundLoop.Start(RunAsync);
        }
    }

    /// <summary>An endpoint was lost. A source that is not live looks its list up again.</summary>
    public void Refresh() => (source as IRefreshable)?.Refresh(service);

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
                _following?.Leave();
            _disposed = true;
            _loop?.Stop();
            _writer?.Stop();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // Not when it was asked to start: a starved thread pool may run it much later.
        _start = _time.GetTimestamp();
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
        catch (Exception exception)
        {
            // A source does not throw. One that does anyway must not leave the channel's calls hanging for ever.
            LogSourceFailed(logger, exception, service);
            if (!policy.HasList)
                Tell(new Resolution([], $"Discovery of service '{service}' failed: {exception.Message}"));
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
                // Grace times are long, and nothing that a starved thread pool has missed ends them.
                var clock = policy.HasList ? TimeProvider.System : _time;
                if (!await next.CompletesWithinAsync(policy.DueAt - Now, clock, cancellationToken).ConfigureAwait(false))
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
        _list = _list.After(snapshot, _wallClock.GetUtcNow());
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
        // Under the lock, so that nothing is told once Dispose has returned.
        lock (_lock)
        {
            if (_disposed)
                return;
            _lastTold = resolution.ToString();
            if (resolution.Failure is { } failure)
                LogNone(logger, service, SafeText.Of(failure));
            else
                LogTold(logger, service, resolution);
            try
            {
                _listener!(resolution);
            }
            catch (Exception exception)
            {
                LogListenerFailed(logger, exception, service);
            }
        }
    }
}
