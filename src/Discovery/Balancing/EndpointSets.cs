namespace Interceptors.Discovery;

/// <summary>Puts together the set that a policy with its options picks from.</summary>
internal static class EndpointSets
{
    public static EndpointSet Create(string policy, BalancingOptions options, BalancingContext context)
    {
        if (options.Zone is not { } zone)
            return CreateFlat(policy, options, context, context.Seed);
        return new ZonedSet(
            zone,
            CreateFlat(policy, options, context, SplitMix.Mix(context.Seed + 1)),
            CreateFlat(policy, options, context, SplitMix.Mix(context.Seed + 2)),
            SplitMix.Mix(context.Seed + 3));
    }

    private static EndpointSet CreateFlat(string policy, BalancingOptions options, BalancingContext context, ulong seed) => policy switch
    {
        LoadBalancingPolicies.LeastRequest => new LeastRequestSet(options.ChoiceCount),
        LoadBalancingPolicies.WeightedRoundRobin => new WeightedSet(seed, usesWeights: true),
        _ when context.Policies.Find(policy) is { } custom => new CustomSet(custom),
        _ when options.SlowStart is not null => new WeightedSet(seed, usesWeights: false),
        _ => new RoundRobinSet(seed),
    };
}
