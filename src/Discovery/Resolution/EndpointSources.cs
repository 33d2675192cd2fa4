using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery;

/// <summary>The configured sources, by scheme and cluster.</summary>
internal sealed class EndpointSources(IServiceProvider services)
{
    public IEndpointSource? Find(string scheme, string cluster) => services.GetKeyedService<IEndpointSource>(KeyOf(scheme, cluster));

    /// <summary>The key under which a source is registered.</summary>
    public static string KeyOf(string scheme, string cluster) => $"{scheme}://{cluster.ToLowerInvariant()}";
}
