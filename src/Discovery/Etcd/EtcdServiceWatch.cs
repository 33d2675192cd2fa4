using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Follows one service: lists, watches from the revision after the list, and whenever the watch ends, whatever the reason,
/// waits a moment and lists again. Comparing full lists is what makes lost deletes, compaction and restored data harmless.
/// </summary>
internal sealed partial class EtcdServiceWatch(
    EtcdClient client, IEndpointFormat format, string service, LatestValue<EndpointSnapshot> latest,
    DiscoveryMetrics metrics, ILogger logger)
{
    // A snapshot of thousands of keys takes long enough that one for each event of a burst would fall behind it.
    private static readonly TimeSpan BurstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EventsMayLag = TimeSpan.FromSeconds(1);

    private const string LastKnown = "its last known endpoints stay in use until it can";
    private const string NoneKnown = "none of its endpoints is known yet";

    private readonly Lock _lock = new();
    private readonly Backoff _backoff = new(client.Options.RetryDelay, client.Options.MaxRetryDelay, client.Time);
    private ServiceKeys _keys = new(service, format, metrics, logger);
    private List<Event>? _sinceListing;
    private DateTimeOffset? _awaySince;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _backoff.AttemptStarts();
                await FollowAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Any exception: this loop is all that keeps the list true, and must outlive even a mistake in what it calls.
                OnAway(exception);
            }

            await Task.Delay(_backoff.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lists, then watches until that fails.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var prefix = format.PrefixOf(service);
        _keys = await _keys.AfterAsync(client.ReadPagesAsync(prefix, cancellationToken)).ConfigureAwait(false);
        metrics.Reloaded(service);
        using var watch = await client.WatchPrefixAsync(prefix, _keys.ListedAt + 1, cancellationToken).ConfigureAwait(false);
        OnKnown(_keys.ToSnapshot());

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var applying = ApplyAsync(watch, stop.Token);
        var reconciling = ReconcileAsync(prefix, stop.Token);
        var first = await Task.WhenAny(applying, reconciling).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(applying, reconciling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private async Task ApplyAsync(EtcdWatch watch, CancellationToken cancellationToken)
    {
        long? published = null;
        var isUntold = false;
        var next = watch.ReadAsync(cancellationToken);
        while (true)
        {
            var events = await next.ConfigureAwait(false);
            next = watch.ReadAsync(cancellationToken);
            lock (_lock)
            {
                foreach (var change in events)
                    _keys.Apply(change);
                _sinceListing?.AddRange(events);
                isUntold |= events.Count > 0;
                if (!isUntold || (next.IsCompleted && published is { } last && client.Time.GetElapsedTime(last) < BurstPause))
                    continue;
                latest.Publish(_keys.ToSnapshot());
                (isUntold, published) = (false, client.Time.GetTimestamp());
            }
        }
    }

    /// <summary>
    /// Lists again now and then, and takes over what differs from what the watch has told. Fails if it can't, which ends the watch: a
    /// list that is refused is as good a sign as a broken stream, and the only one when a permission is withdrawn.
    /// </summary>
    private async Task ReconcileAsync(string prefix, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Jitter.UpperHalf(client.Options.ReconcileInterval), cancellationToken).ConfigureAwait(false);
            lock (_lock)
                _sinceListing = [];
            var listed = await _keys.AfterAsync(client.ReadPagesAsync(prefix, cancellationToken)).ConfigureAwait(false);
            metrics.Reloaded(service);
            // The list can overtake events on their way; they are no differences.
            await Task.Delay(EventsMayLag, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _sinceListing.ForEach(listed.Apply);
                _sinceListing = null;
                var differences = _keys.DifferencesTo(listed);
                _keys = listed;
                if (differences.Count == 0)
                    continue;
                LogDifferences(logger, service, differences.Count, SafeText.Of(differences[0]));
                latest.Publish(_keys.ToSnapshot());
            }
        }
    }

    private void OnKnown(EndpointSnapshot snapshot)
    {
        if (_awaySince is { } since)
        {
            LogRecovered(logger, service, Counted.Endpoints(snapshot.Endpoints.Length), (client.Time.GetUtcNow() - since).TotalSeconds);
            metrics.Reconnected(service);
        }
        else
        {
            LogFollowed(logger, service, Counted.Endpoints(snapshot.Endpoints.Length), format.PrefixOf(service));
        }

        _awaySince = null;
        latest.Publish(snapshot);
    }

    private void OnAway(Exception reason)
    {
        var (snapshot, text) = (_keys.ToSnapshot(), SafeText.Of(reason.Message));
        if (_awaySince is not null)
            LogStillLost(logger, service, text);
        else
            LogLost(logger, service, snapshot.Endpoints.IsEmpty ? NoneKnown : LastKnown, text);
        _sinceListing = null;
        _awaySince ??= client.Time.GetUtcNow();
        latest.Publish(snapshot.AsStale(_awaySince.Value, text));
    }
}
