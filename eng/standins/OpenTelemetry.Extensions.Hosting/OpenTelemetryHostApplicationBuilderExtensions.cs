using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds telemetry to an application.</summary>
public static class OpenTelemetryHostApplicationBuilderExtensions
{
    /// <summary>
    /// As for the services, and describes the application by its name and environment wherever neither code nor the environment
    /// variables of OpenTelemetry say otherwise.
    /// </summary>
    public static OpenTelemetryBuilder AddOpenTelemetry(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(service => service.ServiceType == typeof(HostResource)))
        {
            var host = new HostResource(builder.Environment);
            builder.Services.AddSingleton(host);
            builder.Services.ConfigureOpenTelemetryTracerProvider(provider => provider.ConfigureResource(host.AddTo));
            builder.Services.ConfigureOpenTelemetryMeterProvider(provider => provider.ConfigureResource(host.AddTo));
            builder.Services.ConfigureOpenTelemetryLoggerProvider(provider => provider.ConfigureResource(host.AddTo));
        }

        return builder.Services.AddOpenTelemetry();
    }
}
