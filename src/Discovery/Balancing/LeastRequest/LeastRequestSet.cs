namespace Interceptors.Discovery;

/// <summary>
/// Of a few endpoints taken at random the one with the fewest calls in flight ("power of two choices", gRFC A48). One that warms
/// up counts as busier than it is.
/// </summary>
/// <param name="seed">Where random choices begin.</param>
/// <param name="choiceCount">How many are compared; null for all of a few and two of many.</param>
internal sealed class LeastRequestSet(ulong seed, int? choiceCount) : SlottedSet
{
    /// <summary>How many are few.</summary>
    public const int Few = 8;

    private const ulong Multiplier = 0x5851_F42D_4C95_7F2D;

    private ulong _sequence = seed;

    public override BalancedEndpoint? Pick()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = Slots.Count;
            if (count == 0)
                return null;
            if (PickFrom((uint)count) is { } endpoint)
                return endpoint;
        }

        return Slots[0];
    }

    private BalancedEndpoint? PickFrom(uint count)
    {
        var random = SplitMix.Mix(Interlocked.Add(ref _sequence, SplitMix.GoldenStep));
        return count <= (choiceCount ?? Few) ? BestOfAll(count, random) : BestOf(choiceCount ?? 2, count, random);
    }

    private BalancedEndpoint? BestOf(int choices, uint count, ulong random)
    {
        var slot = Below(count, random);
        var best = Slots[(int)slot];
        for (var choice = 1; choice < choices; choice++)
        {
            random = SplitMix.Mix(random);
            // Each choice is another one than the choice before it, so that with two of them it is never one endpoint twice.
            slot += 1 + Below(count - 1, random);
            slot -= slot < count ? 0 : count;
            var other = Slots[(int)slot];
            if (other is not null && (best is null || LoadOf(other) < LoadOf(best)))
                best = other;
        }

        return best;
    }

    /// <summary>Of those that are equally busy each one as likely as the others, wherever they stand.</summary>
    private BalancedEndpoint? BestOfAll(uint count, ulong random)
    {
        BalancedEndpoint? best = null;
        var least = long.MaxValue;
        var equals = 0u;
        for (var slot = 0; slot < count; slot++)
        {
            var other = Slots[slot];
            if (other is null || LoadOf(other) is var load && load > least)
                continue;
            equals = load < least ? 1 : equals + 1;
            least = load;
            random = (random * Multiplier) + 1;
            if (Below(equals, random) == 0)
                best = other;
        }

        return best;
    }

    private static long LoadOf(BalancedEndpoint endpoint) => endpoint.WarmShare == SlowStart.FullShare
        ? (endpoint.InFlight + 1L) * SlowStart.FullShare
        : (endpoint.InFlight + 1L) * SlowStart.FullShare * SlowStart.FullShare / endpoint.WarmShare;

    private static uint Below(uint count, ulong random) => (uint)((random >> 32) * count >> 32);
}
