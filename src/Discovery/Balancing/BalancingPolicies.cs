namespace Interceptors.Discovery;

/// <summary>The load balancing policies of this package, and what is wrong with a configuration of one.</summary>
internal static class BalancingPolicies
{
    public static IReadOnlyList<string> Names { get; } =
        [LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.LeastRequest];

    /// <summary>
    /// What is wrong with a configuration of one of <see cref="Names"/>, to be read after the path of the policy:
    /// <c>.choiceCount is 1. Give a number of endpoints from 2 to 10.</c> Null if nothing is.
    /// </summary>
    public static string? Problem(IReadOnlyDictionary<string, object> configuration)
    {
        try
        {
            BalancingOptions.Read(path: "", new Dictionary<string, object>(configuration), new BalancingOptions());
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
