using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Follows one service: lists, watches from the revision after the list, and whenever the watch ends, whatever the reason,
/// waits a moment and lists again. Comparing full lists is what makes lost deletes, compaction and restored data harmless.
/// </summary>
internal sealed partial class EtcdServiceWatch(
    EtcdClient client, IEndpointFormat format, string service, LatestValue<EndpointSnapshot> latest, ILogger logger)
{
    private readonly ServiceKeys _keys = new(service, format, logger);
    private readonly Backoff _backoff = new(client.Options.RetryDelay, client.Options.MaxRetryDelay);
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
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Any exception: this loop is all that keeps the list true, and must outlive even a mistake in what it calls.
                OnAway(e);
            }

            await Task.Delay(_backoff.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lists, then watches until that fails.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var prefix = format.PrefixOf(service);
        var list = await client.ListAsync(prefix, cancellationToken).ConfigureAwait(false);
        _keys.Replace(list.Kvs);
        using var watch = await client.WatchPrefixAsync(prefix, list.Header.Revision + 1, cancellationToken).ConfigureAwait(false);
        OnKnown(_keys.ToSnapshot());

        while (true)
        {
            var events = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var change in events)
                _keys.Apply(change);
            if (events.Count > 0)
                latest.Publish(_keys.ToSnapshot());
        }
    }

    private void OnKnown(EndpointSnapshot snapshot)
    {
        if (_awaySince is { } since)
            LogBack(logger, service, snapshot.Endpoints.Length, (DateTimeOffset.UtcNow - since).TotalSeconds);
        else
            LogKnown(logger, service, snapshot.Endpoints.Length);
        _awaySince = null;
        latest.Publish(snapshot);
    }

    private void OnAway(Exception reason)
    {
        if (_awaySince is null)
            LogAway(logger, service, reason.Message);
        else
            LogStillAway(logger, service, reason.Message);
        _awaySince ??= DateTimeOffset.UtcNow;
        latest.Publish(_keys.ToSnapshot().AsStale(_awaySince.Value, reason.Message));
    }
}
