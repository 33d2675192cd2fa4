using System.Diagnostics.Metrics;
using Interceptors;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

internal static class DiscoveryChannelsServiceCollectionExtensions
{
    /// <summary>The channel factory and what it stands on, once.</summary>
    public static IServiceCollection AddDiscoveryChannels(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(EndpointSources)))
            return services;

        services.AddChecked<DiscoveryChannelOptions, DiscoveryChannelOptionsValidator>(configure: null);
        services.AddTransient<IOptionsFactory<DiscoveryChannelOptions>, LayeredOptionsFactory<DiscoveryChannelOptions>>();
        services.AddSingleton(provider => new EndpointSources(provider));
        services.AddSingleton(provider => new ResolvedTargets(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton(provider => new CustomPolicies(provider.GetServices<CustomPolicy>()));
        services.AddSingleton(provider => new DiscoveryMetrics(
            provider.GetRequiredService<ResolvedTargets>(), provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new BalancerMetrics(
            provider.GetService<IMeterFactory>(), provider.GetRequiredService<GrpcMetrics>()));
        services.AddSingleton(provider => new GrpcMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new HandlerFactory(
            provider.GetRequiredService<EndpointSources>(),
            new ServiceConfigStarts(
                ServiceConfigReader.For(provider.GetRequiredService<CustomPolicies>()),
                cluster => provider.GetKeyedService<EtcdClient>(cluster.ToLowerInvariant())),
            provider.GetRequiredService<CustomPolicies>(),
            provider.GetRequiredService<BalancerMetrics>(),
            provider.GetRequiredService<GrpcMetrics>(),
            new ServiceConfigMetrics(provider.GetService<IMeterFactory>()),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        return services.AddSingleton(provider => new DiscoveryChannelFactory(
            provider.GetRequiredService<HandlerFactory>(),
            provider.GetRequiredService<IOptionsFactory<DiscoveryChannelOptions>>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
    }
}
