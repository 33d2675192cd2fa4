namespace Interceptors.Discovery;

/// <summary>Two sets, of the own zone and of all others, and the share of the calls that stays in the own one.</summary>
internal sealed class ZonedSet(ZoneOptions options, EndpointSet local, EndpointSet others, ulong seed) : EndpointSet
{
    // Of all calls that stay, the largest number; spread evenly over the calls by steps of the golden ratio.
    private ulong _stays = ulong.MaxValue;
    private ulong _point = seed;
    private int _known;

    public override int Count => local.Count + others.Count;

    public override BalancedEndpoint? Pick(HttpRequestMessage request)
    {
        var stays = Volatile.Read(ref _stays);
        var staying = stays == ulong.MaxValue || Interlocked.Add(ref _point, SplitMix.GoldenStep) < stays;
        return staying ? local.Pick(request) ?? others.Pick(request) : others.Pick(request) ?? local.Pick(request);
    }

    public override void Add(BalancedEndpoint endpoint)
    {
        (IsLocal(endpoint) ? local : others).Add(endpoint);
        Share();
    }

    public override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set!.Remove(endpoint);
        Share();
    }

    public override void Change(BalancedEndpoint endpoint)
    {
        if (ReferenceEquals(endpoint.Set, local) == IsLocal(endpoint))
        {
            endpoint.Set!.Change(endpoint);
            return;
        }

        Remove(endpoint);
        Add(endpoint);
    }

    /// <summary>How many endpoints the zone has, whether they can take calls or not.</summary>
    public void Know(ReadOnlySpan<BalancedEndpoint> endpoints)
    {
        _known = 0;
        foreach (var endpoint in endpoints)
            _known += IsLocal(endpoint) ? 1 : 0;
        Share();
    }

    private bool IsLocal(BalancedEndpoint endpoint) => endpoint.Zone == options.Local;

    private void Share()
    {
        var share = local.Count < options.MinEndpoints
            ? (double)local.Count / Math.Max(1, Count)
            : (double)local.Count * options.OverprovisioningPercent / (100.0 * Math.Max(_known, local.Count));
        Volatile.Write(ref _stays, share >= 1 ? ulong.MaxValue : (ulong)(share * ulong.MaxValue));
    }
}
