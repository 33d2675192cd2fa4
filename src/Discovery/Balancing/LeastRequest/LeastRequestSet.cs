namespace Interceptors.Discovery;

/// <summary>
/// Of a few endpoints taken at random the one with the fewest calls in flight ("power of two choices", gRFC A48). One that warms
/// up counts as busier than it is.
/// </summary>
internal sealed class LeastRequestSet(ulong seed, int choiceCount) : EndpointSet
{
    private readonly EndpointSlots _slots = new();
    private ulong _sequence = seed;

    public override int Count => _slots.Count;

    public override BalancedEndpoint? Pick()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = _slots.Count;
            if (count == 0)
                return null;
            if (PickFrom((uint)count) is { } endpoint)
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

    private BalancedEndpoint? PickFrom(uint count)
    {
        var random = SplitMix.Mix(Interlocked.Add(ref _sequence, SplitMix.GoldenStep));
        var slot = Below(count, random);
        var best = _slots[(int)slot];
        for (var choice = 1; choice < choiceCount && count > 1; choice++)
        {
            random = SplitMix.Mix(random);
            // Each choice is another one than the choice before it, so that with two of them it is never one endpoint twice.
            slot = (slot + 1 + Below(count - 1, random)) % count;
            var other = _slots[(int)slot];
            if (other is not null && (best is null || IsLessBusy(other, best)))
                best = other;
        }

        return best;
    }

    private static bool IsLessBusy(BalancedEndpoint one, BalancedEndpoint other) =>
        (one.InFlight + 1L) * other.WarmShare < (other.InFlight + 1L) * one.WarmShare;

    private static uint Below(uint count, ulong random) => (uint)((random >> 32) * count >> 32);
}
