namespace Interceptors.Discovery;

/// <summary>Each call goes to the next endpoint in turn.</summary>
internal sealed class RoundRobinSet(ulong seed) : EndpointSet
{
    private readonly EndpointSlots _slots = new();
    // Not at the same one in every client: many of them start at one moment.
    private uint _next = (uint)seed;

    public override int Count => _slots.Count;

    public override BalancedEndpoint? Pick()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = (uint)_slots.Count;
            if (count == 0)
                return null;
            if (_slots[(int)(Interlocked.Increment(ref _next) % count)] is { } endpoint)
                return endpoint;
        }

        return _slots[0];
    }

    public override void Add(BalancedEndpoint endpoint)
    {
        endpoint.Set = this;
        _slots.Add(endpoint);
    }

    public override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set = null;
        _slots.Remove(endpoint);
    }

    public override void Change(BalancedEndpoint endpoint)
    {
    }
}
