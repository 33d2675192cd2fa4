using System.Collections.Immutable;
using Interceptors.Discovery;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds load balancing policies of one's own.</summary>
public static class LoadBalancingPolicyServiceCollectionExtensions
{
    /// <summary>
    /// Adds a load balancing policy, to be chosen by <see cref="DiscoveryChannelOptions.LoadBalancingPolicy"/> or a service config. All
    /// parts of <see cref="BalancingOptions"/> work with it, but for slow start, which has no say in what a picker picks.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The name, for example <c>tenant_hash</c>.</param>
    /// <param name="createPicker">
    /// Makes a picker for the endpoints that can take calls now, sorted by address and never empty. Called after each change of them; must
    /// not block.
    /// </param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The name is empty or has a meaning already.</exception>
    public static IServiceCollection AddLoadBalancingPolicy(
        this IServiceCollection services, string name, Func<ImmutableArray<DiscoveryEndpoint>, IEndpointPicker> createPicker)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(createPicker);
        if (LoadBalancingPolicies.All.Contains(
            name) || services.Any(s => !s.IsKeyedService && s.ImplementationInstance is CustomPolicy p && p.Name == name))
            throw new ArgumentException($"The policy '{name}' exists already. Give another name.", nameof(name));
        services.AddDiscoveryChannels();
        return services.AddSingleton(new CustomPolicy(name, createPicker));
    }
}
