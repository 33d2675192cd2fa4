using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What a load balancer finds in the attributes of an address.</summary>
public static class EndpointAttributes
{
    /// <summary>The endpoint behind the address, with its weight, zone, version, tags and metadata.</summary>
    public static BalancerAttributesKey<DiscoveryEndpoint> Endpoint { get; } = new("Interceptors.Discovery.Endpoint");

    // The name by which grpc-dotnet looks for it.
    private static readonly BalancerAttributesKey<string> HostOverride = new("HostOverride");

    internal static BalancerAddress ToBalancerAddress(this DiscoveryEndpoint endpoint, DiscoveryResolverOptions options)
    {
        var address = new BalancerAddress(endpoint.Host, endpoint.Port);
        address.Attributes.Set(Endpoint, endpoint);
        if (AuthorityOf(endpoint, options) is { } authority)
            address.Attributes.Set(HostOverride, authority);
        return address;
    }

    private static string? AuthorityOf(DiscoveryEndpoint endpoint, DiscoveryResolverOptions options) =>
        options.TrustEndpointAuthority
            && endpoint.Metadata.TryGetValue(EndpointMetadata.Authority, out var own)
            && DiscoveryResolverOptions.IsAuthority(own)
            ? own
            : options.Authority;
}
