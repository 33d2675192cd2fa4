namespace Interceptors.Discovery;

/// <summary>The names of the load balancing policies that a channel can use.</summary>
public static class LoadBalancingPolicies
{
    /// <summary>Each call goes to the next endpoint in turn. The default.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>All calls go to the first endpoint that accepts a connection.</summary>
    public const string PickFirst = "pick_first";
}
