using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>
/// Writes the list of one service behind the resolver's back: the first at once, changes not more often than once a second, and the same
/// list again before it looks outdated, as long as the registry confirms it.
/// </summary>
internal sealed class EndpointCacheWriter
{
    private static readonly TimeSpan ChangesGather = TimeSpan.FromSeconds(1);

    private readonly LatestValue<Standing> _latest = new();
    private readonly EndpointCache _cache;
    private readonly BackgroundLoop _loop;

    public EndpointCacheWriter(EndpointCache cache)
    {
        _cache = cache;
        _loop = BackgroundLoop.Start(RunAsync);
    }

    /// <summary>The registry says that these are in use. An empty list is not kept: nobody could start with it.</summary>
    public void Confirm(ImmutableArray<DiscoveryEndpoint> endpoints) => Publish(new Standing(endpoints, IsConfirmed: true));

    /// <summary>Others are in use because some time has passed; the registry said what it said.</summary>
    public void Change(ImmutableArray<DiscoveryEndpoint> endpoints) =>
        Publish(new Standing(endpoints, _latest.Value is { IsConfirmed: true }));

    /// <summary>The registry says nothing any more.</summary>
    public void Lose() => Publish(new Standing(_latest.Value?.Endpoints ?? [], IsConfirmed: false));

    public void Stop() => _loop.Stop();

    private void Publish(Standing standing)
    {
        if (_latest.Value is { } known && known.IsConfirmed == standing.IsConfirmed && known.Endpoints.SequenceEqual(standing.Endpoints))
            return;
        _latest.Publish(standing);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var standings = _latest.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = standings.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                TimeSpan? limit = _latest.Value is { IsConfirmed: true } ? _cache.RefreshInterval : null;
                if (await next.CompletesWithinAsync(limit, TimeProvider.System, cancellationToken).ConfigureAwait(false))
                {
                    if (!await next.ConfigureAwait(false))
                        return;
                    next = standings.MoveNextAsync().AsTask();
                }

                if (_latest.Value is not { IsConfirmed: true, Endpoints: { IsEmpty: false } endpoints })
                    continue;
                _cache.Write(endpoints);
                await Task.Delay(ChangesGather, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Standing(ImmutableArray<DiscoveryEndpoint> Endpoints, bool IsConfirmed);
}
