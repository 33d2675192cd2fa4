using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Makes the resolvers of one scheme.</summary>
/// <param name="scheme">The scheme.</param>
/// <param name="sources">The configured sources; null if the scheme needs none.</param>
/// <param name="options">For all its resolvers.</param>
/// <param name="status">Told what the resolver told; null for nobody.</param>
internal sealed class DiscoveryResolverFactory(
    string scheme, EndpointSources? sources, DiscoveryResolverOptions options, ResolutionStatus? status = null)
    : ResolverFactory
{
    public override string Name => scheme;

    public override Resolver Create(ResolverOptions resolverOptions)
    {
        // Channels that grpc-dotnet makes itself come here with options that nobody has looked at.
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException($"{nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.Resolution)}.{problem}");
        // As it was written: a Uri parts with what makes a target wrong.
        var target = DiscoveryTarget.Parse(resolverOptions.Address.OriginalString, sources?.OwnSchemes);
        var logger = resolverOptions.LoggerFactory.CreateLogger<DiscoveryResolver>();
        return new DiscoveryResolver(SourceOf(target), target.Endpoint, options, status ?? new ResolutionStatus(), logger)
        {
            Cache = CacheOf(target, logger),
            Follow = sources?.Followed is { } followed ? () => followed.Follow(target.ToString()) : null,
            Metrics = sources?.Metrics,
        };
    }

    private EndpointCache? CacheOf(DiscoveryTarget target, ILogger logger) =>
        options.Cache.Directory is not null && sources?.LastingNameOf(scheme, target.Authority) is { } registry
            ? new EndpointCache(options.Cache, registry, target.Endpoint, sources.Time, logger)
            : null;

    private IEndpointSource SourceOf(DiscoveryTarget target) =>
        sources is null ? new StaticEndpointSource() : sources.Find(scheme, target.Authority) ?? throw new InvalidOperationException(
            scheme == TargetScheme.Memory
                ? $"'{target}' needs an in-memory registry: call AddInMemoryDiscovery() or UseInMemory(registry)."
                : target.Authority.Length == 0
                    ? $"'{target}' needs an etcd cluster: call AddEtcdDiscovery(\"http://127.0.0.1:2379\") or UseEtcd(...)."
                    : $"'{target}' names the etcd cluster '{target.Authority}', which is not configured: "
                      + $"call AddEtcdDiscovery(\"http://127.0.0.1:2379\", cluster: \"{target.Authority}\") or UseEtcd(..., cluster: ...).");
}
