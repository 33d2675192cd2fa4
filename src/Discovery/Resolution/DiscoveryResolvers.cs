using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

internal static class DiscoveryResolvers
{
    /// <summary>A factory for each scheme that grpc-dotnet does not know itself; it knows dns.</summary>
    public static ResolverFactory[] Create(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus status) =>
        [Etcd(sources, options, status), Memory(sources, options, status), Static()];

    public static ResolverFactory Etcd(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Etcd, cluster => sources.Find(TargetScheme.Etcd, cluster), options, status);

    public static ResolverFactory Memory(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Memory, cluster => sources.Find(TargetScheme.Memory, cluster), options, status);

    public static ResolverFactory Static() => new StaticResolverFactory(StaticAddresses);

    // A Uri escapes the brackets of IPv6 addresses.
    internal static IEnumerable<BalancerAddress> StaticAddresses(Uri address) =>
        DiscoveryTarget.Parse($"{TargetScheme.Static}:///{Uri.UnescapeDataString(address.AbsolutePath).TrimStart('/')}").Endpoint
            .Split(',').Select(ServiceEndpoint.Parse).Select(e => new BalancerAddress(e.Host, e.Port));
}
