namespace Interceptors.Discovery;

/// <summary>
/// Each endpoint takes a share of the calls as its weight is a share of all weights, as evenly as can be: the weights lie side by
/// side on a circle, and each call is one step of the golden ratio further round it. The gaps between two visits to one weight
/// have at most three lengths then (the three-distance theorem), so that no endpoint gets its calls in a burst.
/// </summary>
/// <remarks>
/// A change costs little, since it is made in a tree; a pick is fast, since many weights that have not changed for as many picks as there
/// are of them get an index, made in the background.
/// </remarks>
/// <param name="seed">Where the first step begins.</param>
/// <param name="usesWeights">Whether endpoints have weights of their own; else only what they have warmed up to counts.</param>
internal sealed class WeightedSet(ulong seed, bool usesWeights) : EndpointSet, IThreadPoolWorkItem
{
    /// <summary>From how many on an index is worth it.</summary>
    public const int Many = 256;

    private readonly Lock _indexing = new();
    private readonly EndpointSlots _slots = new();
    private readonly WeightTree _weights = new();
    private ulong _point = seed;
    private volatile WeightIndex? _index;
    private int _version;
    private int _picksWithout;

    public override int Count => _slots.Count;

    public override BalancedEndpoint? Pick(HttpRequestMessage request)
    {
        var point = Interlocked.Add(ref _point, SplitMix.GoldenStep);
        return _index is { } index ? index.At(point) : PickFromTree(point);
    }

    /// <summary>Makes the index, unless something changes meanwhile.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var version = Volatile.Read(ref _version);
        var index = WeightIndex.Of(_slots);
        lock (_indexing)
        {
            if (version == _version)
                _index = index;
        }
    }

    private BalancedEndpoint? PickFromTree(ulong point)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = _slots.Count;
            if (count == 0)
                return null;
            if (count >= Many && Interlocked.Increment(ref _picksWithout) == count)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            var slot = _weights.SlotAt(point);
            // Past the end only where a change is under way.
            if (slot < count && _slots[slot] is { } endpoint)
                return endpoint;
            point = Interlocked.Add(ref _point, SplitMix.GoldenStep);
        }

        return _slots[0];
    }

    public override void Add(BalancedEndpoint endpoint)
    {
        endpoint.Set = this;
        endpoint.CountedWeight = WeightOf(endpoint);
        _slots.Add(endpoint);
        _weights.Add(endpoint.Slot, endpoint.CountedWeight);
        Changed();
    }

    public override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set = null;
        var slot = endpoint.Slot;
        var moved = _slots.Remove(endpoint);
        _weights.Add(_slots.Count, -moved.CountedWeight);
        if (!ReferenceEquals(moved, endpoint))
            _weights.Add(slot, moved.CountedWeight - endpoint.CountedWeight);
        Changed();
    }

    public override void Change(BalancedEndpoint endpoint)
    {
        var weight = WeightOf(endpoint);
        _weights.Add(endpoint.Slot, weight - endpoint.CountedWeight);
        endpoint.CountedWeight = weight;
        Changed();
    }

    // After the change, so that an index of what was before is never used once it is over.
    private void Changed()
    {
        lock (_indexing)
        {
            _version++;
            _index = null;
            _picksWithout = 0;
        }
    }

    private long WeightOf(BalancedEndpoint endpoint) => (usesWeights ? endpoint.Weight : 1L) * endpoint.WarmShare;
}
