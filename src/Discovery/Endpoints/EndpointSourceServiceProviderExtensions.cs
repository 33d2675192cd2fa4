using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery;

/// <summary>Finds the sources of a container.</summary>
public static class EndpointSourceServiceProviderExtensions
{
    /// <summary>The source that resolves the targets of a scheme, for code that needs the endpoints themselves.</summary>
    /// <param name="services">The container.</param>
    /// <param name="scheme"><c>etcd</c>, <c>memory</c>, or the scheme of a source of your own. Letter case does not matter.</param>
    /// <param name="cluster">The name of the etcd cluster. Default: empty, the one without a name.</param>
    /// <returns>The source. The container disposes it.</returns>
    /// <exception cref="InvalidOperationException">There is none; the message says what to add.</exception>
    public static IEndpointSource GetEndpointSource(this IServiceProvider services, string scheme, string cluster = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(cluster);
        return services.GetKeyedService<IEndpointSource>(EndpointSources.KeyOf(scheme.ToLowerInvariant(), cluster))
            ?? throw new InvalidOperationException(
                $"There is no source of endpoints for {scheme}://{cluster}/. Call AddEtcdDiscovery, AddInMemoryDiscovery or "
                + "AddEndpointSource with that scheme and cluster.");
    }
}
