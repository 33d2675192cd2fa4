using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

/// <summary>Endpoints for the sets alone, which don't look at connections.</summary>
internal static class Unconnected
{
    public static readonly HttpRequestMessage Request = new();

    // It has no list, so it connects nothing.
    private static readonly EndpointBalancer Balancer = new(LoadBalancingPolicies.RoundRobin, configuration: null, new BalancingContext
    {
        Transport = new EndpointTransport(
            new ConnectionSettings(new DiscoveryChannelOptions(), isSecure: false), TimeProvider.System, NullLogger.Instance),
    });

    public static DiscoveryEndpoint Address(string host, int weight = 100, string? zone = null)
    {
        var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{weight}" };
        if (zone is not null)
            metadata[EndpointMetadata.Zone] = zone;
        return new DiscoveryEndpoint(host, 80, metadata);
    }

    public static BalancedEndpoint Endpoint(DiscoveryEndpoint endpoint) => new(endpoint, authority: null, Balancer);

    public static BalancedEndpoint Endpoint(string host, int weight = 100, string? zone = null) => Endpoint(Address(host, weight, zone));

    public static BalancedEndpoint? Pick(this EndpointSet set) => set.Pick(Request);

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
