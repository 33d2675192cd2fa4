using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds telemetry to an application's services.</summary>
public static class OpenTelemetryServicesExtensions
{
    /// <summary>Builds the telemetry when the host starts. May be called again to add to it.</summary>
    public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var descriptor = ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>();
        if (!services.Any(service => service.ImplementationType == descriptor.ImplementationType))
        {
            // First of all hosted services, so that it also sees what the others do while they start.
            services.Insert(0, descriptor);
        }

        services.AddOptions();

        // The SDK reads its settings from the application's configuration; without a host there may be none.
        services.TryAddSingleton<IConfiguration>(_ => new ConfigurationBuilder().AddEnvironmentVariables().Build());
        services.TryAddSingleton<ITelemetryHostInitializer, TelemetryHostInitializer>();
        return new OpenTelemetryBuilder(services);
    }
}
