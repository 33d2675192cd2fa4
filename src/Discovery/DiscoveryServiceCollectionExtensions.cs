using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client.Balancer;
using Interceptors.Discovery;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery to a service container. What it adds is disposed with the container.</summary>
public static class DiscoveryServiceCollectionExtensions
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
    /// <returns>The container.</returns>
    public static IServiceCollection AddEtcdDiscovery(
        this IServiceCollection services, string endpoints, Action<EtcdOptions>? configure = null, string cluster = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(cluster);
        // The case of an authority gets lost in a Uri.
        cluster = cluster.ToLowerInvariant();
        services.AddDiscoveryChannels();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EtcdOptions>, EtcdOptionsValidator>());
        var options = services.AddOptions<EtcdOptions>(cluster).Configure(o => o.AddEndpoints(endpoints)).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddKeyedSingleton(cluster, (provider, _) =>
            new EtcdClient(provider.GetRequiredService<IOptionsMonitor<EtcdOptions>>().Get(cluster), provider.GetService<ILoggerFactory>()));
        services.TryAddKeyedSingleton<IEndpointSource>(EndpointSources.KeyOf(TargetScheme.Etcd, cluster), (provider, _) =>
            new EtcdEndpointSource(
                provider.GetRequiredKeyedService<EtcdClient>(cluster), ownsClient: false, provider.GetService<ILoggerFactory>(),
                provider.GetRequiredService<DiscoveryMetrics>()));
        if (cluster.Length == 0)
        {
            services.AddSingleton<IServiceRegistry>(provider => new EtcdServiceRegistry(
                provider.GetRequiredKeyedService<EtcdClient>(cluster), ownsClient: false, provider.GetService<ILoggerFactory>()));
        }

        return services;
    }

    /// <summary>
    /// Resolves <c>memory:///service</c> with a registry in this process, and makes it the registry of
    /// <c>AddServiceRegistration</c>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="registry">
    /// The registry, when several containers of the process share one. Default: null, which means a new one of this container.
    /// </param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddInMemoryDiscovery(
        this IServiceCollection services, InMemoryServiceRegistry? registry = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDiscoveryChannels();
        services.TryAddSingleton(registry ?? new InMemoryServiceRegistry());
        services.AddSingleton<IServiceRegistry>(provider => provider.GetRequiredService<InMemoryServiceRegistry>());
        services.TryAddKeyedSingleton<IEndpointSource>(
            EndpointSources.KeyOf(TargetScheme.Memory, cluster: ""),
            (provider, _) => provider.GetRequiredService<InMemoryServiceRegistry>());
        return services;
    }

    /// <summary>
    /// Adds a generated client as a singleton, to be injected anywhere. Every <see cref="Interceptor"/> in the container is
    /// applied
    /// to its calls, in order of registration, the first one outermost.
    /// </summary>
    /// <typeparam name="TClient">The client, for example <c>User.UserClient</c>.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="target">What it calls, for example <c>etcd:///user</c>; see
    /// <see cref="DiscoveryChannelFactory.CreateChannel"/>.</param>
    /// <param name="configure">Changes the options of its channel.</param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The target is wrong; the message shows the right form.</exception>
    public static IServiceCollection AddDiscoveryClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, string target, Action<DiscoveryChannelOptions>? configure = null)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(services);
        _ = DiscoveryTarget.Parse(target);
        services.AddDiscoveryChannels();
        return services.AddSingleton(provider =>
        {
            var factory = provider.GetRequiredService<DiscoveryChannelFactory>();
            return factory.CreateClient<TClient>(target, options =>
            {
                var own = options.Interceptors.ToList();
                options.Interceptors.Clear();
                foreach (var interceptor in provider.GetServices<Interceptor>().Concat(own))
                    options.Interceptors.Add(interceptor);
                configure?.Invoke(options);
            });
        });
    }

    /// <summary>The channel factory, and the resolvers for channels that grpc-dotnet makes itself.</summary>
    internal static IServiceCollection AddDiscoveryChannels(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(EndpointSources)))
            return services;

        services.AddOptions();
        services.AddSingleton(provider => new EndpointSources(provider));
        services.AddSingleton(provider => new FollowedServices(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton(provider => new DiscoveryMetrics(
            provider.GetRequiredService<FollowedServices>(), provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new DiscoveryChannelFactory(
            provider.GetRequiredService<EndpointSources>(),
            provider.GetRequiredService<IOptionsFactory<DiscoveryChannelOptions>>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        return services
            .AddSingleton<ResolverFactory>(provider => DiscoveryResolvers.Etcd(SourcesOf(provider), ResolutionOf(provider)))
            .AddSingleton<ResolverFactory>(provider => DiscoveryResolvers.Memory(SourcesOf(provider), ResolutionOf(provider)))
            .AddSingleton<ResolverFactory>(provider => DiscoveryResolvers.Static(ResolutionOf(provider)));

        static EndpointSources SourcesOf(IServiceProvider provider) => provider.GetRequiredService<EndpointSources>();

        static DiscoveryResolverOptions ResolutionOf(IServiceProvider provider) =>
            provider.GetRequiredService<IOptions<DiscoveryChannelOptions>>().Value.Resolution;
    }
}
