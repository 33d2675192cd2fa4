using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>The configured sources, by scheme and cluster, and those who want to know what comes of them.</summary>
internal sealed class EndpointSources(IServiceProvider services)
{
    public FollowedServices? Followed => services.GetService<FollowedServices>();

    public DiscoveryMetrics? Metrics => services.GetService<DiscoveryMetrics>();

    public TimeProvider Time => services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>The schemes that users have added, in lower case.</summary>
    public IReadOnlySet<string> OwnSchemes { get; } = services.GetServices<OwnScheme>().Select(s => s.Name).ToHashSet();

    public IEndpointSource? Find(string scheme, string cluster) => services.GetKeyedService<IEndpointSource>(KeyOf(scheme, cluster));

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
