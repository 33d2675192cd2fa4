using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

internal static class DiscoveryResolvers
{
    /// <summary>A factory for each scheme that grpc-dotnet does not know itself; it knows dns.</summary>
    public static ResolverFactory[] Create(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus status) =>
    [
        Etcd(sources, options, status),
        Memory(sources, options, status),
        Static(options, status),
        .. sources.OwnSchemes.Select(scheme => new DiscoveryResolverFactory(scheme, sources, options, status)),
    ];

    public static ResolverFactory Etcd(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Etcd, sources, options, status);

    public static ResolverFactory Memory(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Memory, sources, options, status);

    public static ResolverFactory Static(DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Static, sources: null, options, status);
}
