namespace Interceptors.Discovery;

/// <summary>
/// Of a few endpoints taken at random the one with the fewest calls in flight ("power of two choices", gRFC A48). One that warms
/// up takes part in so many of the choices only as it is warm: were it held for busier instead, it would get no call at all while
/// the others are idle, and then, cold, its full share.
/// </summary>
/// <param name="choiceCount">How many are compared; null for all of a few and two of many.</param>
internal sealed class LeastRequestSet(int? choiceCount) : SlottedSet
{
    /// <summary>How many are few.</summary>
    public const int Few = 8;

    private const ulong Multiplier = 0x5851_F42D_4C95_7F2D;

    public override BalancedEndpoint? Pick(HttpRequestMessage request)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = Slots.Count;
            if (count == 0)
                return null;
            // If all that are looked at warm up and none has its turn, they are taken for warm.
            if (PickFrom((uint)count, turnsCount: attempt == 0) is { } endpoint)
                return endpoint;
        }

        return Slots[0];
    }

    private BalancedEndpoint? PickFrom(uint count, bool turnsCount)
    {
        var random = SplitMix.Next();
        return count <= (choiceCount ?? Few)
            ? BestOfAll(count, turnsCount ? count : 0, random)
            : BestOf(choiceCount ?? 2, count, turnsCount ? 1u : 0, random);
    }

    private BalancedEndpoint? BestOf(int choices, uint count, uint turns, ulong random)
    {
        var slot = Below(count, random);
        var best = Slots[(int)slot] is { } first && HasTurn(first, turns, random) ? first : null;
        for (var choice = 1; choice < choices; choice++)
        {
            random = SplitMix.Mix(random);
            // Each choice is another one than the choice before it, so that with two of them it is never one endpoint twice.
            slot += 1 + Below(count - 1, random);
            slot -= slot < count ? 0 : count;
            if (Slots[(int)slot] is { } other && HasTurn(other, turns, random) && (best is null || other.InFlight < best.InFlight))
                best = other;
        }

        return best;
    }

    /// <summary>
    /// Of those that are equally busy each one as likely as the others, wherever they stand; but one that warms up, in its turn.
    /// </summary>
    private BalancedEndpoint? BestOfAll(uint count, uint turns, ulong random)
    {
        BalancedEndpoint? best = null;
        var least = long.MaxValue;
        var equals = 0u;
        for (var slot = 0; slot < count; slot++)
        {
            var other = Slots[slot];
            random = (random * Multiplier) + 1;
            if (other is null || !HasTurn(other, turns, random) || LoadOf(other) is var load && load > least)
                continue;
            equals = load < least ? 1 : equals + 1;
            least = load;
            if (Below(equals, random) == 0)
                best = other;
        }

        return best;
    }

    /// <summary>
    /// Whether an endpoint is warm, or it is now that it may take part: in its share of one choice of so many. 0: that doesn't count.
    /// </summary>
    private static bool HasTurn(BalancedEndpoint endpoint, uint turns, ulong random) =>
        // Another number than the one that the next choice is made with.
        endpoint.WarmShare == SlowStart.FullShare || Below(turns * SlowStart.FullShare, SplitMix.Mix(~random)) < endpoint.WarmShare;

    // Before those that are as busy, if it is its turn.
    private static long LoadOf(BalancedEndpoint endpoint) =>
        (2L * endpoint.InFlight) - (endpoint.WarmShare == SlowStart.FullShare ? 0 : 1);

    private static uint Below(uint count, ulong random) => (uint)((random >> 32) * count >> 32);
}
