using Interceptors;
using Interceptors.Discovery.AspNetCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services of a host, so that clients find them.</summary>
public static class ServiceRegistrationServiceCollectionExtensions
{
    /// <summary>
    /// Registers a service of this host: after its port accepts, until it is told to stop. On shutdown (SIGTERM, or the host's
    /// <c>StopAsync</c>) the host deregisters first, goes on accepting calls for
    /// <see cref="ServiceRegistrationOptions.DrainTime"/>, so that no client still calls it, then tells its handlers
    /// (<see cref="IDrainState"/>) and clients (GOAWAY), and stops when the running calls have ended, at the latest after
    /// <c>HostOptions.ShutdownTimeout</c>. Call it once for each service. Needs <c>AddEtcdDiscovery</c> or
    /// <c>AddInMemoryDiscovery</c>. <see cref="IHostRegistrations"/> is for operators.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="service">The name of the service, for example <c>user</c>.</param>
    /// <param name="configure">Sets options. They are the named options of that name.</param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The name is not a service name.</exception>
    public static IServiceCollection AddServiceRegistration(
        this IServiceCollection services, string service, Action<ServiceRegistrationOptions>? configure = null)
    {
        var options = AddRegistrationOf(services, service);
        if (configure is not null)
            options.Configure(configure);
        return services;
    }

    /// <summary>
    /// Like the other overload, with options from configuration. Changes of weight, zone, version, tags and metadata are taken over while
    /// the server runs; the other options are read at the start.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="service">The name of the service, for example <c>user</c>.</param>
    /// <param name="configuration">
    /// The section that holds the options, for example <c>{ "Port": 8080, "Zone": "north" }</c>. A key that is not known is an
    /// error when the host starts.
    /// </param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The name is not a service name.</exception>
    public static IServiceCollection AddServiceRegistration(
        this IServiceCollection services, string service, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        AddRegistrationOf(services, service)
            .BindStrictly(configuration, ServiceRegistrationKeys.All, static (section, options) => section.Bind(options));
        return services;
    }

    /// <summary>
    /// Adds a health check of the registrations: healthy while every service is in the registry; the failure status, with the
    /// reason, while one is not; unhealthy from the moment the host begins to stop. With <c>Grpc.AspNetCore.HealthChecks</c>, which
    /// serves health checks as <c>grpc.health.v1</c>, the latter is NOT_SERVING.
    /// </summary>
    /// <param name="builder">From <c>services.AddHealthChecks()</c>.</param>
    /// <param name="name">The name of the check. Default: <c>registration</c>.</param>
    /// <param name="failureStatus">
    /// Default: null, which means degraded: a server that nobody finds because the registry is away gets no better by being
    /// restarted.
    /// </param>
    /// <param name="tags">Further tags; it always has <c>registration</c>. Default: none.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddServiceRegistrations(
        this IHealthChecksBuilder builder, string name = "registration", HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddRegistrations(builder.Services);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new RegistrationHealthCheck(provider.GetRequiredService<HostRegistrations>()),
            failureStatus ?? HealthStatus.Degraded,
            [RegistrationHealthCheck.Tag, .. tags ?? []]));
    }

    private static OptionsBuilder<ServiceRegistrationOptions> AddRegistrationOf(IServiceCollection services, string service)
    {
        ArgumentNullException.ThrowIfNull(services);
        ServiceName.ThrowIfInvalid(service, nameof(service));
        AddRegistrations(services);
        services.AddSingleton(new RegisteredService(service));
        return services.AddOptions<ServiceRegistrationOptions>(service).ValidateOnStart();
    }

    private static void AddRegistrations(IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton<FollowedOptions>();
        services.TryAddSingleton<HostRegistrations>();
        services.TryAddSingleton<IHostRegistrations>(provider => provider.GetRequiredService<HostRegistrations>());
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton<IDrainState>(provider => provider.GetRequiredService<DrainState>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RegistrationHostedService>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ServiceRegistrationOptions>, ServiceRegistrationOptionsValidator>());
    }
}
