using System.Runtime.CompilerServices;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

/// <summary>
/// A service config under a key in etcd: read, then watched from the next revision on, and read anew whenever the watch ends and now and
/// then.
/// </summary>
internal sealed class EtcdServiceConfig(EtcdClient client, string key) : IServiceConfigSource
{
    public string Name => $"etcd key {key}";

    public async IAsyncEnumerable<ServiceConfigReading> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var readings = new LatestValue<ServiceConfigReading>();
        var loop = BackgroundLoop.Start(stop => RunAsync(readings, stop));
        try
        {
            await foreach (var reading in readings.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return reading;
        }
        finally
        {
            await loop.StopAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(LatestValue<ServiceConfigReading> readings, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(client.Options.RetryDelay, client.Options.MaxRetryDelay, TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            turn.CancelAfter(client.Options.ReconcileInterval * (0.5 + 0.5 * Jitter.NextDouble()));
            try
            {
                backoff.AttemptStarts();
                await ReadAndWatchAsync(readings, turn.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Any exception: this loop is all that keeps the config true, and must outlive even a mistake in what it calls.
                if (!turn.IsCancellationRequested)
                    readings.Publish(ServiceConfigReading.Unknown(exception.Message));
            }

            await Task.Delay(backoff.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAndWatchAsync(LatestValue<ServiceConfigReading> readings, CancellationToken cancellationToken)
    {
        var found = await client.GetAsync(key, cancellationToken).ConfigureAwait(false);
        readings.Publish(found.Kvs.Count > 0 ? ServiceConfigReading.Of(found.Kvs[0].Value.Memory) : Missing());
        using var watch = await client.WatchKeyAsync(key, found.Header.Revision + 1, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var events = await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (events.Count > 0)
                readings.Publish(
                    events[^1].Type == Event.Types.EventType.Put ? ServiceConfigReading.Of(events[^1].Kv.Value.Memory) : Missing());
        }
    }

    private static ServiceConfigReading Missing() => ServiceConfigReading.Missing("There is no such key.");
}
