namespace Interceptors.Discovery;

/// <summary>
/// Each endpoint takes a share of the calls as its weight is a share of all weights, as evenly as can be: the weights lie side by
/// side on a circle, and each call is one step of the golden ratio further round it. The gaps between two visits to one weight
/// have at most three lengths then (the three-distance theorem), so that no endpoint gets its calls in a burst.
/// </summary>
/// <param name="seed">Where the first step begins.</param>
/// <param name="usesWeights">Whether endpoints have weights of their own; else only what they have warmed up to counts.</param>
internal sealed class WeightedSet(ulong seed, bool usesWeights) : EndpointSet
{
    private readonly EndpointSlots _slots = new();
    private readonly WeightTree _weights = new();
    private ulong _point = seed;

    public override int Count => _slots.Count;

    public override BalancedEndpoint? Pick()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = _slots.Count;
            if (count == 0)
                return null;
            var slot = _weights.SlotAt(Interlocked.Add(ref _point, SplitMix.GoldenStep));
            // Past the end only where a change is under way.
            if (slot < count && _slots[slot] is { } endpoint)
                return endpoint;
        }

        return _slots[0];
    }

    public override void Add(BalancedEndpoint endpoint)
    {
        endpoint.Set = this;
        endpoint.CountedWeight = WeightOf(endpoint);
        _slots.Add(endpoint);
        _weights.Add(endpoint.Slot, endpoint.CountedWeight);
    }

    public override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set = null;
        var slot = endpoint.Slot;
        var moved = _slots.Remove(endpoint);
        _weights.Add(_slots.Count, -moved.CountedWeight);
        if (!ReferenceEquals(moved, endpoint))
            _weights.Add(slot, moved.CountedWeight - endpoint.CountedWeight);
    }

    public override void Change(BalancedEndpoint endpoint)
    {
        var weight = WeightOf(endpoint);
        _weights.Add(endpoint.Slot, weight - endpoint.CountedWeight);
        endpoint.CountedWeight = weight;
    }

    private long WeightOf(BalancedEndpoint endpoint) => (usesWeights ? endpoint.Weight : 1L) * endpoint.WarmShare;
}
