using System.Runtime.InteropServices;

namespace Interceptors.Discovery;

/// <summary>
/// What is registered under the keys of one service, kept in the order of addresses, so that a snapshot after a change is one copy.
/// Of one address under several keys the first key counts, in ordinal order.
/// </summary>
internal sealed class SortedEndpoints
{
    private readonly List<Item> _items = [];
    private int _repeated;

    public void Add(string key, DiscoveryEndpoint endpoint)
    {
        var item = new Item(key, endpoint);
        var place = PlaceOf(item);
        if (IsAt(place - 1, endpoint.Address) || IsAt(place, endpoint.Address))
            _repeated++;
        _items.Insert(place, item);
    }

    /// <summary>Like adding each, but without moving what stands behind it each time.</summary>
    public void AddRange(IEnumerable<(string Key, DiscoveryEndpoint Endpoint)> added)
    {
        foreach (var (key, endpoint) in added
            .OrderBy(a => a.Endpoint.Address, StringComparer.Ordinal).ThenBy(a => a.Key, StringComparer.Ordinal))
            Add(key, endpoint);
    }

    /// <param name="key">The key that it was added under.</param>
    /// <param name="endpoint">The object that was added.</param>
    public void Remove(string key, DiscoveryEndpoint endpoint)
    {
        // Those of one key and address stand in the order in which they came.
        var place = PlaceOf(new Item(key, endpoint)) - 1;
        while (!ReferenceEquals(_items[place].Endpoint, endpoint))
            place--;
        _items.RemoveAt(place);
        if (IsAt(place - 1, endpoint.Address) || IsAt(place, endpoint.Address))
            _repeated--;
    }

    public EndpointSnapshot ToSnapshot(string service)
    {
        var endpoints = new DiscoveryEndpoint[_items.Count - _repeated];
        var count = 0;
        foreach (var (_, endpoint) in CollectionsMarshal.AsSpan(_items))
        {
            if (_repeated == 0 || count == 0 || endpoints[count - 1].Address != endpoint.Address)
                endpoints[count++] = endpoint;
        }

        return EndpointSnapshot.OfSorted(service, ImmutableCollectionsMarshal.AsImmutableArray(endpoints));
    }

    private bool IsAt(int place, string address) => place >= 0 && place < _items.Count && _items[place].Endpoint.Address == address;

    /// <summary>Behind all that are not greater.</summary>
    private int PlaceOf(Item item)
    {
        var (from, to) = (0, _items.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (item.CompareTo(_items[middle]) < 0)
                to = middle;
            else
                from = middle + 1;
        }

        return from;
    }

    private readonly record struct Item(string Key, DiscoveryEndpoint Endpoint) : IComparable<Item>
    {
        public int CompareTo(Item other) => string.CompareOrdinal(Endpoint.Address, other.Endpoint.Address) is var order and not 0
            ? order
            : string.CompareOrdinal(Key, other.Key);
    }
}
