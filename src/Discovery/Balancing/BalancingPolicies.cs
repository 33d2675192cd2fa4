using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>The balancing policies that this package adds to those of grpc-dotnet.</summary>
internal static class BalancingPolicies
{
    public const string ExtendedRoundRobin = "extended_round_robin";
    public const string WeightedRoundRobin = "weighted_round_robin";
    public const string LeastRequest = "least_request";

    public static IReadOnlyList<string> Names { get; } = [ExtendedRoundRobin, WeightedRoundRobin, LeastRequest];

    /// <summary>The policies, for the <c>IEnumerable&lt;LoadBalancerFactory&gt;</c> of a channel's services.</summary>
    public static LoadBalancerFactory[] Factories(BalancingContext context) =>
        [.. Names.Select(name => new EndpointBalancerFactory(name, context))];

    /// <summary>What must lie between a channel and its connections, so that calls are seen to their end.</summary>
    public static HttpMessageHandler Observe(SocketsHttpHandler connections) => new EndpointCallHandler(connections);

    /// <summary>What is wrong with a configuration of one of <see cref="Names"/>, with the path in it; null if nothing is.</summary>
    public static string? Problem(string policy, IDictionary<string, object> configuration)
    {
        try
        {
            BalancingOptions.Read(policy, configuration);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
