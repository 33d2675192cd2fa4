namespace Interceptors.Discovery;

/// <summary>
/// Endpoints side by side, in no order. One adds and removes at a time, in constant time; any number reads meanwhile, without a
/// lock. A reader may get one that has just been removed.
/// </summary>
internal sealed class EndpointSlots
{
    private BalancedEndpoint?[] _items = new BalancedEndpoint?[4];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// The endpoint in a slot below a count that was read before; null if it is not there any more. The order is what makes it
    /// safe: the array is as long as any count that was ever read before it.
    /// </summary>
    public BalancedEndpoint? this[int slot] => Volatile.Read(ref Volatile.Read(ref _items)[slot]);

    public void Add(BalancedEndpoint endpoint)
    {
        if (_count == _items.Length)
        {
            var larger = new BalancedEndpoint?[_items.Length * 2];
            _items.CopyTo(larger, 0);
            Volatile.Write(ref _items, larger);
        }

        endpoint.Slot = _count;
        Volatile.Write(ref _items[_count], endpoint);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Takes it out and moves the last one to its place.</summary>
    /// <returns>The one that was moved; the removed one if it was the last.</returns>
    public BalancedEndpoint Remove(BalancedEndpoint endpoint)
    {
        var last = _count - 1;
        var moved = _items[last]!;
        Volatile.Write(ref _items[endpoint.Slot], moved);
        Volatile.Write(ref _count, last);
        Volatile.Write(ref _items[last], null);
        moved.Slot = endpoint.Slot;
        endpoint.Slot = -1;
        return moved;
    }
}
