using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>The configured sources, by scheme and cluster, and those who want to know what comes of them.</summary>
internal sealed class EndpointSources(IServiceProvider services)
{
    /// <summary>Makes the resolver of a target.</summary>
    /// <param name="target">What to resolve.</param>
    /// <param name="options">How.</param>
    /// <param name="defaultPort">The port of a dns name without one.</param>
    /// <param name="logger">Where to log to.</param>
    /// <exception cref="InvalidOperationException">The target's registry is not configured; the message says how to.</exception>
    public DiscoveryResolver Resolve(
        DiscoveryTarget target, DiscoveryResolverOptions options, int defaultPort, ILogger logger) =>
        new(SourceOf(target, options, defaultPort), target.Endpoint, options, logger)
        {
            Cache = CacheOf(target, options, logger),
            Follow = Followed is { } followed ? () => followed.Follow(target.ToString()) : null,
            Metrics = Metrics,
        };

    public ResolvedTargets? Followed => services.GetService<ResolvedTargets>();

    public DiscoveryMetrics? Metrics => services.GetService<DiscoveryMetrics>();

    public TimeProvider Time => services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>The schemes that users have added, in lower case.</summary>
    public IReadOnlySet<string> CustomSchemes { get; } = services.GetServices<CustomScheme>().Select(s => s.Name).ToHashSet();

    private EndpointCache? CacheOf(DiscoveryTarget target, DiscoveryResolverOptions options, ILogger logger) =>
        options.Cache.Directory is not null && LastingNameOf(target.Scheme, target.Authority) is { } registry
            ? new EndpointCache(options.Cache, registry, target.Endpoint, Time, logger)
            : null;

    private IEndpointSource SourceOf(DiscoveryTarget target, DiscoveryResolverOptions options, int defaultPort) => target.Scheme switch
    {
        TargetScheme.Static => new StaticEndpointSource(),
        TargetScheme.Unix => new UnixSocketSource(),
        TargetScheme.Dns => new DnsEndpointSource(
            options.DnsRefreshInterval, defaultPort, Time, services.GetService<HostLookup>() ?? Dns.GetHostAddressesAsync),
        _ => services.GetKeyedService<IEndpointSource>(KeyOf(target.Scheme, target.Authority)) ?? throw new InvalidOperationException(
            target.Scheme == TargetScheme.Memory
                ? $"'{target}' needs an in-memory registry: call AddInMemoryDiscovery() or UseInMemory(registry)."
                : target.Authority.Length == 0
                    ? $"'{target}' needs an etcd cluster: call AddEtcdDiscovery(\"http://127.0.0.1:2379\") or UseEtcd(...)."
                    : $"'{target}' names the etcd cluster '{target.Authority}', which is not configured: "
                      + $"call AddEtcdDiscovery(\"http://127.0.0.1:2379\", cluster: \"{target.Authority}\") "
                      + "or UseEtcd(..., cluster: ...)."),
    };

    /// <summary>
    /// What tells a registry apart from another, over restarts of this process; null if it does not outlive it. A name alone would not
    /// do: under the same one, another process or configuration may mean another cluster.
    /// </summary>
    public string? LastingNameOf(string scheme, string cluster)
    {
        if (scheme != TargetScheme.Etcd || services.GetService<IOptionsMonitor<EtcdOptions>>() is not { } monitor)
            return null;
        var options = monitor.Get(cluster.ToLowerInvariant());
        return $"{KeyOf(scheme, cluster)} at {string.Join(',', options.Endpoints.Order(StringComparer.Ordinal))} under {options.Prefix}";
    }

    /// <summary>The key under which a source is registered.</summary>
    public static string KeyOf(string scheme, string cluster) => $"{scheme}://{cluster.ToLowerInvariant()}";
}
