using Interceptors.Discovery;
using Microsoft.Extensions.DependencyInjection.Extensions;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery within this process. What it adds is disposed with the container.</summary>
public static class InMemoryDiscoveryServiceCollectionExtensions
{
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
        services.AddSingleton<IServiceRegistry>(provider =>
        {
            var shared = provider.GetRequiredService<InMemoryServiceRegistry>();
            // Of several containers the first reports.
            shared.OnRegister ??= provider.GetRequiredService<DiscoveryMetrics>().Registered;
            return shared;
        });
        services.TryAddKeyedSingleton<IEndpointSource>(
            EndpointSources.KeyOf(TargetScheme.Memory, cluster: ""),
            (provider, _) => provider.GetRequiredService<InMemoryServiceRegistry>());
        return services;
    }
}
