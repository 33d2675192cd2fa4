using Interceptors.Discovery;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery to the health checks.</summary>
public static class DiscoveryHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that fails while the registry has been out of reach, for longer than <see cref="DiscoveryHealthOptions.StaleAfter"/>,
    /// for a service that a channel of this container calls. It names the service, since when, and why.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="configure">Sets options. They can also be bound: they are the named options of the check's name.</param>
    /// <param name="name">The name of the check. Default: <c>discovery</c>.</param>
    /// <param name="failureStatus">
    /// What it reports then. Default: null, which means <see cref="HealthStatus.Degraded"/>, since calls go on to the last known endpoints.
    /// </param>
    /// <param name="tags">The tags of the check. Default: none.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddDiscovery(
        this IHealthChecksBuilder builder,
        Action<DiscoveryHealthOptions>? configure = null,
        string name = "discovery",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.AddDiscoveryChannels();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DiscoveryHealthOptions>, DiscoveryHealthOptionsValidator>());
        var options = builder.Services.AddOptions<DiscoveryHealthOptions>(name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new DiscoveryHealthCheck(
                provider.GetRequiredService<ResolvedTargets>(),
                provider.GetRequiredService<IOptionsMonitor<DiscoveryHealthOptions>>().Get(name)),
            failureStatus ?? HealthStatus.Degraded,
            tags));
    }
}
