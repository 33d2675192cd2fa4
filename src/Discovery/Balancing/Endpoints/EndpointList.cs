using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// The endpoints of a balancer by address. A new list is compared with the last one in order; only what does not stand where it
/// stood is looked up. So an update allocates for what has changed, not for what there is.
/// </summary>
internal sealed class EndpointList(Func<BalancerAddress, BalancedEndpoint> create)
{
    private readonly Dictionary<EndpointAddress, BalancedEndpoint> _byAddress = [];
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

    /// <summary>What has other attributes than in the list before, and had which.</summary>
    public List<(BalancedEndpoint Endpoint, BalancerAddress Before)> Changed { get; } = [];

    /// <summary>Takes a list over; an address that stands in it twice counts once.</summary>
    public void Update(IReadOnlyList<BalancerAddress> addresses)
    {
        ForgetChanges();
        _list++;
        if (_spare.Length < addresses.Count)
            _spare = new BalancedEndpoint[addresses.Count + (addresses.Count / 8)];
        var listed = 0;
        var expected = 0;
        for (var i = 0; i < addresses.Count; i++)
        {
            var address = addresses[i];
            var endpoint = Find(EndpointAddress.Of(address), expected);
            if (endpoint is null)
                endpoint = Add(address);
            else if (endpoint.Listed.List == _list)
                continue;
            else
                expected = Keep(endpoint, address);
            endpoint.Listed = (listed, _list);
            _spare[listed++] = endpoint;
        }

        if (listed - Added.Count < _count)
            RemoveUnlisted();
        (_order, _spare, _count) = (_spare, _order, listed);
        Array.Clear(_spare);
    }

    private BalancedEndpoint? Find(EndpointAddress address, int expected)
    {
        if (expected < _count && EndpointAddress.Of(_order[expected].Address) == address)
            return _order[expected];
        return _byAddress.GetValueOrDefault(address);
    }

    private BalancedEndpoint Add(BalancerAddress address)
    {
        var endpoint = create(address);
        _byAddress.Add(EndpointAddress.Of(address), endpoint);
        Added.Add(endpoint);
        return endpoint;
    }

    private int Keep(BalancedEndpoint endpoint, BalancerAddress address)
    {
        if (!ReferenceEquals(endpoint.Address, address))
        {
            var before = endpoint.Address;
            endpoint.Address = address;
            if (!BalancedEndpoint.SaysTheSame(before, address))
                Changed.Add((endpoint, before));
        }

        return endpoint.Listed.Index + 1;
    }

    private void RemoveUnlisted()
    {
        foreach (var endpoint in All)
        {
            if (endpoint.Listed.List == _list)
                continue;
            _byAddress.Remove(EndpointAddress.Of(endpoint.Address));
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
