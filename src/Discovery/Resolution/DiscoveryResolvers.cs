using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

internal static class DiscoveryResolvers
{
    /// <summary>A factory for each scheme that grpc-dotnet does not know itself; it knows dns.</summary>
    public static ResolverFactory[] Create(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus status) =>
        [Etcd(sources, options, status), Memory(sources, options, status), Static(options, status)];

    public static ResolverFactory Etcd(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Etcd, cluster => sources.Find(TargetScheme.Etcd, cluster), options, status);

    public static ResolverFactory Memory(EndpointSources sources, DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Memory, cluster => sources.Find(TargetScheme.Memory, cluster), options, status);

    public static ResolverFactory Static(DiscoveryResolverOptions options, ResolutionStatus? status = null) =>
        new DiscoveryResolverFactory(TargetScheme.Static, static _ => new StaticEndpointSource(), options, status);
}
