using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenTelemetry;

/// <summary>Chooses which telemetry an application emits. Every method returns this instance.</summary>
public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
{
    internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

    /// <inheritdoc/>
    public IServiceCollection Services { get; }

    /// <summary>Describes the application, for all kinds of telemetry.</summary>
    public OpenTelemetryBuilder ConfigureResource(Action<ResourceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.ConfigureOpenTelemetryTracerProvider(provider => provider.ConfigureResource(configure));
        Services.ConfigureOpenTelemetryMeterProvider(provider => provider.ConfigureResource(configure));
        Services.ConfigureOpenTelemetryLoggerProvider(provider => provider.ConfigureResource(configure));
        return this;
    }

    /// <summary>Emits metrics.</summary>
    public OpenTelemetryBuilder WithMetrics() => WithMetrics(_ => { });

    /// <summary>Emits metrics as configured.</summary>
    public OpenTelemetryBuilder WithMetrics(Action<MeterProviderBuilder> configure)
    {
        OpenTelemetryBuilderSdkExtensions.WithMetrics(this, configure);
        return this;
    }

    /// <summary>Emits traces.</summary>
    public OpenTelemetryBuilder WithTracing() => WithTracing(_ => { });

    /// <summary>Emits traces as configured.</summary>
    public OpenTelemetryBuilder WithTracing(Action<TracerProviderBuilder> configure)
    {
        OpenTelemetryBuilderSdkExtensions.WithTracing(this, configure);
        return this;
    }

    /// <summary>Emits logs.</summary>
    public OpenTelemetryBuilder WithLogging() => WithLogging(null, null);

    /// <summary>Emits logs as configured.</summary>
    public OpenTelemetryBuilder WithLogging(Action<LoggerProviderBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return WithLogging(configure, null);
    }

    /// <summary>Emits logs as configured, with options for the logger.</summary>
    public OpenTelemetryBuilder WithLogging(
        Action<LoggerProviderBuilder>? configureBuilder, Action<OpenTelemetryLoggerOptions>? configureOptions)
    {
        OpenTelemetryBuilderSdkExtensions.WithLogging(this, configureBuilder, configureOptions);
        return this;
    }
}
