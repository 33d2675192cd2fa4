namespace Interceptors.Discovery;

/// <summary>The names of the load balancing policies that a channel can use.</summary>
public static class LoadBalancingPolicies
{
    /// <summary>Each call goes to the next endpoint in turn. The default.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>Each endpoint gets calls in proportion to the weight that it is registered with.</summary>
    public const string WeightedRoundRobin = "weighted_round_robin";

    /// <summary>Each call goes to the one of a few endpoints that has the fewest calls in flight.</summary>
    public const string LeastRequest = "least_request";

    /// <summary>
    /// All calls go to the first endpoint of the list that can be connected, for as long as it can; no other is connected meanwhile. Lists
    /// are sorted by address, but those of <c>static:///</c> stand as they are written.
    /// </summary>
    public const string PickFirst = "pick_first";

    /// <summary>All of them, as messages list them.</summary>
    internal static IReadOnlyList<string> All { get; } = [RoundRobin, WeightedRoundRobin, LeastRequest, PickFirst];
}
