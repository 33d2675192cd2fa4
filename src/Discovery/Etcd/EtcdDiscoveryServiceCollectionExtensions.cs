using Interceptors;
using Interceptors.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery with etcd. What it adds is disposed with the container.</summary>
public static class EtcdDiscoveryServiceCollectionExtensions
{
    /// <summary>
    /// Resolves <c>etcd:///service</c> with an etcd cluster, and makes it the registry of <c>AddServiceRegistration</c>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="endpoints">One or more client addresses, separated by commas: <c>http://127.0.0.1:2379</c>.</param>
    /// <param name="configure">Sets other options.</param>
    /// <param name="cluster">
    /// The name of the cluster in targets: <c>etcd://name/service</c>. Default: empty, for <c>etcd:///service</c>. Only the
    /// default cluster is registered in.
    /// </param>
    /// <returns>
    /// The container. It has an <see cref="IEndpointSource"/> of the cluster, for code that needs the endpoints themselves: a
    /// keyed service whose key is the cluster's name in lower case, empty for the default one. Options can also be bound: they are the
    /// named options of that name.
    /// </returns>
    public static IServiceCollection AddEtcdDiscovery(
        this IServiceCollection services, string endpoints, Action<EtcdOptions>? configure = null, string cluster = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = AddOptions(services, cluster).Configure(o => o.AddEndpoints(endpoints));
        if (configure is not null)
            options.Configure(configure);
        return AddCluster(services, options.Name);
    }

    /// <summary>Like the other overload, with options from configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">
    /// The section that holds the options, for example <c>{ "Endpoints": [ "http://127.0.0.1:2379" ], "Prefix": "/team/" }</c>. A key that
    /// is not known is an error when the host starts.
    /// </param>
    /// <param name="configure">Sets other options, after the configuration.</param>
    /// <param name="cluster">As with the other overload.</param>
    /// <returns>The container, as with the other overload.</returns>
    public static IServiceCollection AddEtcdDiscovery(
        this IServiceCollection services, IConfiguration configuration, Action<EtcdOptions>? configure = null, string cluster = "")
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = AddOptions(services, cluster)
            .BindStrictly(configuration, EtcdOptionKeys.All, static (section, options) => section.Bind(options));
        if (configure is not null)
            options.Configure(configure);
        return AddCluster(services, options.Name);
    }

    private static OptionsBuilder<EtcdOptions> AddOptions(IServiceCollection services, string cluster)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(cluster);
        // The case of an authority gets lost in a Uri.
        return services.AddChecked<EtcdOptions, EtcdOptionsValidator>(configure: null, cluster.ToLowerInvariant());
    }

    private static IServiceCollection AddCluster(IServiceCollection services, string cluster)
    {
        services.AddDiscoveryChannels();
        services.TryAddKeyedSingleton(cluster, (provider, _) => new EtcdClient(
            provider.GetRequiredService<IOptionsMonitor<EtcdOptions>>().Get(cluster),
            provider.GetService<ILoggerFactory>()));
        services.TryAddKeyedSingleton<IEndpointSource>(EndpointSources.KeyOf(TargetScheme.Etcd, cluster), (provider, _) =>
            new EtcdEndpointSource(
                provider.GetRequiredKeyedService<EtcdClient>(cluster), ownsClient: false, provider.GetService<ILoggerFactory>(),
                provider.GetRequiredService<DiscoveryMetrics>()));
        services.TryAddKeyedSingleton(
            cluster, (provider, _) => provider.GetRequiredKeyedService<IEndpointSource>(EndpointSources.KeyOf(TargetScheme.Etcd, cluster)));
        if (cluster.Length == 0)
        {
            services.AddSingleton<IServiceRegistry>(provider => new EtcdServiceRegistry(
                provider.GetRequiredKeyedService<EtcdClient>(cluster), ownsClient: false, provider.GetService<ILoggerFactory>())
            {
                OnRegister = provider.GetRequiredService<DiscoveryMetrics>().Registered,
            });
        }

        return services;
    }
}
