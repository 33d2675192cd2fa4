using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Makes the resolvers of one scheme.</summary>
/// <param name="scheme">The scheme.</param>
/// <param name="sources">The source for a cluster's name, empty for the default one; null if there is none.</param>
/// <param name="options">For all its resolvers.</param>
/// <param name="status">Told what the resolver told; null for nobody.</param>
internal sealed class DiscoveryResolverFactory(
    string scheme, Func<string, IEndpointSource?> sources, DiscoveryResolverOptions options, ResolutionStatus? status = null)
    : ResolverFactory
{
    public override string Name => scheme;

    public override Resolver Create(ResolverOptions resolverOptions)
    {
        // As it was written: a Uri parts with what makes a target wrong.
        var target = DiscoveryTarget.Parse(resolverOptions.Address.OriginalString);
        var logger = resolverOptions.LoggerFactory.CreateLogger<DiscoveryResolver>();
        return new DiscoveryResolver(SourceOf(target), target.Endpoint, options, status ?? new ResolutionStatus(), logger);
    }

    private IEndpointSource SourceOf(DiscoveryTarget target) =>
        sources(target.Authority) ?? throw new InvalidOperationException(
            scheme == TargetScheme.Memory
                ? $"'{target}' needs an in-memory registry: call AddInMemoryDiscovery() or UseInMemory(registry)."
                : target.Authority.Length == 0
                    ? $"'{target}' needs an etcd cluster: call AddEtcdDiscovery(\"http://127.0.0.1:2379\") or UseEtcd(...)."
                    : $"'{target}' names the etcd cluster '{target.Authority}', which is not configured: "
                      + $"call AddEtcdDiscovery(\"http://127.0.0.1:2379\", cluster: \"{target.Authority}\") or UseEtcd(..., cluster: ...).");
}
