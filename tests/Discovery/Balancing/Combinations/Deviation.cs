namespace Interceptors.Discovery.Tests;

/// <summary>How far a share may be from the expected one. Each bound is one that chance does not reach.</summary>
internal static class Deviation
{
    public static double Of(string policy, BalancingOptions options, int calls, double share) => policy switch
    {
        // Binomial, while all are idle: the seed is fixed, but meets other slots as connections come in another order. 6 standard
        // deviations, which is once in 5e8.
        LoadBalancingPolicies.LeastRequest => 6 * Math.Sqrt(calls * share * (1 - share)),
        // In turn: all have as many but for the last round, of which one has the call or not.
        LoadBalancingPolicies.RoundRobin when options.SlowStart is null => 1,
        _ => OfSteps(calls),
    };

    /// <summary>
    /// Of what is spread by steps of the golden ratio, as weights and the overflow of zones are; derived in WeightedSetTests.
    /// </summary>
    public static double OfSteps(int calls) => 3 + (3.52 * Math.Log(Math.Max(1, calls)));
}
