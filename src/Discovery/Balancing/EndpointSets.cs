namespace Interceptors.Discovery;

/// <summary>Puts together the set that a policy with its options picks from.</summary>
internal static class EndpointSets
{
    public static EndpointSet Create(string policy, BalancingOptions options, ulong seed)
    {
        if (options.Zone is not { } zone)
            return CreateFlat(policy, options, seed);
        return new ZonedSet(
            zone,
            CreateFlat(policy, options, SplitMix.Mix(seed + 1)),
            CreateFlat(policy, options, SplitMix.Mix(seed + 2)),
            SplitMix.Mix(seed + 3));
    }

    private static EndpointSet CreateFlat(string policy, BalancingOptions options, ulong seed) => policy switch
    {
        LoadBalancingPolicies.LeastRequest => new LeastRequestSet(seed, options.ChoiceCount),
        LoadBalancingPolicies.WeightedRoundRobin => new WeightedSet(seed, usesWeights: true),
        _ when options.SlowStart is not null => new WeightedSet(seed, usesWeights: false),
        _ => new RoundRobinSet(seed),
    };
}
