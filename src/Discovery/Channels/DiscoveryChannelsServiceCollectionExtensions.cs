using System.Diagnostics.Metrics;
using Grpc.Net.Client.Balancer;
using Interceptors;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

internal static class DiscoveryChannelsServiceCollectionExtensions
{
    /// <summary>The channel factory, and the resolvers for channels that grpc-dotnet makes itself.</summary>
    public static IServiceCollection AddDiscoveryChannels(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(EndpointSources)))
            return services;

        services.AddChecked<DiscoveryChannelOptions, DiscoveryChannelOptionsValidator>(configure: null);
        services.AddTransient<IOptionsFactory<DiscoveryChannelOptions>, ChannelOptionsFactory>();
        services.AddSingleton(provider => new EndpointSources(provider));
        services.AddSingleton(provider => new FollowedServices(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton(provider => new ConfiguredChannels(
            ServiceConfigReader.Default,
            cluster => provider.GetKeyedService<EtcdClient>(cluster.ToLowerInvariant()),
            provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new DiscoveryMetrics(
            provider.GetRequiredService<FollowedServices>(), provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new BalancerMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new DiscoveryChannelFactory(
            provider.GetRequiredService<EndpointSources>(),
            provider.GetRequiredService<ConfiguredChannels>(),
            provider.GetRequiredService<BalancerMetrics>(),
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
