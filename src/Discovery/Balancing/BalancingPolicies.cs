using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// The balancing policies of this package. Its <c>round_robin</c> takes the place of grpc-dotnet's, which looks among the factories
/// that it is given before it looks among its own.
/// </summary>
internal static class BalancingPolicies
{
    public static IReadOnlyList<string> Names { get; } =
        [LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.LeastRequest];

    /// <summary>The policies, for the <c>IEnumerable&lt;LoadBalancerFactory&gt;</c> of a channel's services.</summary>
    public static LoadBalancerFactory[] Factories(BalancingContext context) =>
        [.. Names.Select(name => new EndpointBalancerFactory(name, context))];

    /// <summary>What must lie between a channel and its connections, so that calls are seen to their end.</summary>
    public static HttpMessageHandler Observe(SocketsHttpHandler connections) => new EndpointCallHandler(connections);

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
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
