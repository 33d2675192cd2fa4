namespace Interceptors.Discovery;

/// <summary>The load balancing policies of this package, and what is wrong with a configuration of one.</summary>
internal static class BalancingPolicies
{
    public static IReadOnlyList<string> Names { get; } =
        [LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.LeastRequest];

    /// <summary>The <see cref="PolicyCheck"/> of all policies.</summary>
    public static string? Problem(IReadOnlyDictionary<string, object> configuration, ICollection<string> warnings)
    {
        try
        {
            BalancingOptions.Read(path: "", new Dictionary<string, object>(configuration), new BalancingOptions(), warnings);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
