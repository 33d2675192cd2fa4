using Interceptors;
using Interceptors.Discovery;
using Interceptors.ServiceDiscovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Joins Microsoft.Extensions.ServiceDiscovery and discovery, either way or both.</summary>
public static class DiscoveryServiceEndpointsServiceCollectionExtensions
{
    /// <summary>
    /// Lets all that resolves names by Microsoft.Extensions.ServiceDiscovery, such as <c>HttpClient </c> and YARP, find what is registered
    /// in a registry, live: <c>https+http://user</c> is service <c>user</c>. The first provider that knows a name counts, so call this
    /// after <c>AddServiceDiscovery()</c> if configuration is to come first.
    /// </summary>
    /// <remarks>
    /// An endpoint is called with the best scheme that is asked for and that it speaks; one that does not say
    /// (<see cref="EndpointMetadata.Scheme"/>) speaks <c>http</c>, unless only <c>https</c> is asked for. A named endpoint,
    /// <c>https+http://_admin.user </c>, is one with that tag. Each <see cref="ServiceEndpoint"/> has its <see cref="DiscoveryEndpoint"/>
    /// among its features, with weight, zone and tags.
    /// </remarks>
    /// <param name="services">
    /// The container. It needs <c>AddEtcdDiscovery </c>, <c>AddInMemoryDiscovery </c> or <c>AddEndpointSource </c>.
    /// </param>
    /// <param name="scheme">Which registry: <c>etcd</c>, <c>memory</c>, or the scheme of a source of your own.</param>
    /// <param name="cluster">The name of the etcd cluster. Default: empty, the one without a name.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The scheme is <c>sd</c>: that would ask itself.</exception>
    public static IServiceCollection AddDiscoveryServiceEndpointProvider(
        this IServiceCollection services, string scheme = "etcd", string cluster = "",
        Action<DiscoveryServiceEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentNullException.ThrowIfNull(cluster);
        if (scheme.Equals(ServiceDiscoveryEndpointSource.Scheme, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException(
                "The scheme 'sd' is service discovery itself, so it would resolve through itself. Give the scheme of a registry.",
                nameof(scheme));
        var name = $"{scheme}://{cluster}";
        services.AddServiceDiscoveryCore();
        services.AddChecked<DiscoveryServiceEndpointOptions, DiscoveryServiceEndpointOptionsValidator>(configure, name);
        return services.AddSingleton<IServiceEndpointProviderFactory>(provider => new DiscoveryServiceEndpointProviderFactory(
            provider.GetEndpointSource(scheme, cluster),
            provider.GetRequiredService<IOptionsMonitor<DiscoveryServiceEndpointOptions>>().Get(name),
            provider.GetRequiredService<IOptions<ServiceDiscoveryOptions>>().Value,
            LoggerOf<DiscoveryServiceEndpointProviderFactory>(provider),
            TimeOf(provider)));
    }

    /// <summary>
    /// Lets channels and handlers find what Microsoft.Extensions.ServiceDiscovery resolves, live, with all of balancing: <c>sd:///user
    /// </c>, and <c>sd:///_admin.user</c> for a named endpoint. Needs <c>AddServiceDiscovery()</c>, or providers of your own. To be called
    /// before what takes a target. An endpoint without a port is left out.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">It was called before.</exception>
    public static IServiceCollection AddServiceDiscoveryEndpointSource(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddServiceDiscoveryCore();
        return services.AddEndpointSource(ServiceDiscoveryEndpointSource.Scheme, provider => new ServiceDiscoveryEndpointSource(
            provider.GetRequiredService<ServiceEndpointResolver>(), LoggerOf<ServiceDiscoveryEndpointSource>(provider), TimeOf(provider)));
    }

    private static ILogger LoggerOf<T>(IServiceProvider provider) =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>();

    private static TimeProvider TimeOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
