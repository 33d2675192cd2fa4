using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery.Tests;

/// <summary>Endpoints for the sets alone, which don't look at subchannels.</summary>
internal static class Unconnected
{
    public static BalancerAddress Address(string host, int weight = 100, string? zone = null)
    {
        var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{weight}" };
        if (zone is not null)
            metadata[EndpointMetadata.Zone] = zone;
        return new DiscoveryEndpoint(host, 80, metadata).ToBalancerAddress(new DiscoveryResolverOptions());
    }

    public static BalancedEndpoint Endpoint(BalancerAddress address) => new(address, calls: null!);

    public static BalancedEndpoint Endpoint(string host, int weight = 100, string? zone = null) => Endpoint(Address(host, weight, zone));

    /// <summary>How often each endpoint is picked.</summary>
    public static Dictionary<BalancedEndpoint, int> Picks(this EndpointSet set, int picks)
    {
        var counts = new Dictionary<BalancedEndpoint, int>();
        for (var i = 0; i < picks; i++)
        {
            var endpoint = set.Pick()!;
            counts[endpoint] = counts.GetValueOrDefault(endpoint) + 1;
        }

        return counts;
    }
}
