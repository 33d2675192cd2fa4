namespace Interceptors.Discovery;

/// <summary>
/// The endpoints of a balancer by address. A new list is compared with the last one in order; only what does not stand where it
/// stood is looked up. So an update allocates for what has changed, not for what there is.
/// </summary>
internal sealed class EndpointList(Func<DiscoveryEndpoint, BalancedEndpoint> create)
{
    private readonly Dictionary<string, BalancedEndpoint> _byAddress = new(StringComparer.Ordinal);
    private BalancedEndpoint[] _order = [];
    private BalancedEndpoint[] _spare = [];
    private int _count;
    private int _list;

    public int Count => _count;

    /// <summary>In the order of the last list.</summary>
    public ReadOnlySpan<BalancedEndpoint> All => _order.AsSpan(0, _count);

    /// <summary>What the last list has brought. Like the other two: valid until they are forgotten.</summary>
    public List<BalancedEndpoint> Added { get; } = [];

    /// <summary>What the last list has taken away.</summary>
    public List<BalancedEndpoint> Removed { get; } = [];

    /// <summary>What has other metadata than in the list before.</summary>
    public List<BalancedEndpoint> Changed { get; } = [];

    /// <summary>Takes a list over; an address that stands in it twice counts once.</summary>
    public void Update(IReadOnlyList<DiscoveryEndpoint> endpoints)
    {
        ForgetChanges();
        _list++;
        if (_spare.Length < endpoints.Count)
            _spare = new BalancedEndpoint[endpoints.Count + (endpoints.Count / 8)];
        var listed = 0;
        var expected = 0;
        for (var i = 0; i < endpoints.Count; i++)
        {
            var next = endpoints[i];
            var endpoint = Find(next.Address, expected);
            if (endpoint is null)
                endpoint = Add(next);
            else if (endpoint.Listed.List == _list)
                continue;
            else
                expected = Keep(endpoint, next);
            endpoint.Listed = (listed, _list);
            _spare[listed++] = endpoint;
        }

        if (listed - Added.Count < _count)
            RemoveUnlisted();
        (_order, _spare, _count) = (_spare, _order, listed);
        Array.Clear(_spare);
    }

    public BalancedEndpoint? Find(string address) => _byAddress.GetValueOrDefault(address);

    private BalancedEndpoint? Find(string address, int expected) =>
        expected < _count && _order[expected].Endpoint.Address == address ? _order[expected] : Find(address);

    private BalancedEndpoint Add(DiscoveryEndpoint next)
    {
        var endpoint = create(next);
        _byAddress.Add(next.Address, endpoint);
        Added.Add(endpoint);
        return endpoint;
    }

    private int Keep(BalancedEndpoint endpoint, DiscoveryEndpoint next)
    {
        if (!ReferenceEquals(endpoint.Endpoint, next))
        {
            var before = endpoint.Endpoint;
            endpoint.Endpoint = next;
            if (!BalancedEndpoint.SaysTheSame(before, next))
                Changed.Add(endpoint);
        }

        return endpoint.Listed.Index + 1;
    }

    private void RemoveUnlisted()
    {
        foreach (var endpoint in All)
        {
            if (endpoint.Listed.List == _list)
                continue;
            _byAddress.Remove(endpoint.Endpoint.Address);
            Removed.Add(endpoint);
        }
    }

    public void ForgetChanges()
    {
        Added.Clear();
        Removed.Clear();
        Changed.Clear();
    }
}
