using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OpenTelemetry.Extensions.Hosting;

/// <summary>Asks for the providers that are registered, because they listen from the moment they exist.</summary>
internal sealed class TelemetryHostInitializer(IServiceProvider services) : ITelemetryHostInitializer
{
    public void Initialize()
    {
        services.GetService<MeterProvider>();
        services.GetService<TracerProvider>();
        services.GetService<LoggerProvider>();
    }
}
