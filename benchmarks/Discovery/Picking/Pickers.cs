using Grpc.Net.Client.Balancer;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// The pickers that channels have when all of so many endpoints are ready, without connections, which picking doesn't look at.
/// </summary>
internal static class Pickers
{
    public const string Stock = "round_robin, grpc-dotnet's own";

    public static (string Name, SubchannelPicker Picker)[] Of(int count) =>
    [
        (Stock, StockRoundRobin(count)),
        .. BalancingPolicies.Names.Select(policy => (policy, (SubchannelPicker)Ours(policy, count))),
    ];

    private static EndpointPicker Ours(string policy, int count)
    {
        var set = EndpointSets.Create(policy, new BalancingOptions(), seed: 1);
        for (var i = 0; i < count; i++)
        {
            // No two neighbours weigh the same.
            var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{10 + (i % 100)}" };
            var address = new DiscoveryEndpoint($"10.0.{i / 250}.{1 + (i % 250)}", 80, metadata)
                .ToBalancerAddress(new DiscoveryResolverOptions());
            var endpoint = new BalancedEndpoint(address, null!);
            endpoint.Use(null!);
            set.Add(endpoint);
        }

        return new EndpointPicker(set);
    }

    // There is no other way to have one without as many connections.
    private static SubchannelPicker StockRoundRobin(int count)
    {
        var type = typeof(PickResult).Assembly.GetType("Grpc.Net.Client.Balancer.RoundRobinPicker", throwOnError: true)!;
        return (SubchannelPicker)Activator.CreateInstance(type, new Subchannel[count], 0L)!;
    }
}
