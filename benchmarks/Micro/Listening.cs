using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// Who listens to what is measured. Loggers that are on take a line with its values and format nothing, so that what is counted is the
/// making of the line, not a sink. Who listens to metrics takes each measurement and keeps none.
/// </summary>
internal sealed record Listening(string Name, bool ToLogs, bool ToMetrics)
{
    public static readonly Listening ToNothing = new("nobody listens", false, false);

    public static readonly Listening[] ToSomething =
    [
        new("loggers on", true, false), new("metrics listened to", false, true), new("both", true, true),
    ];

    /// <summary>Interceptors with loggers and meters of their own.</summary>
    /// <param name="timingLevel">The level of the line that is written about each call.</param>
    /// <param name="configure">Adds the interceptors.</param>
    public ServiceProvider Provide(LogLevel timingLevel, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(logging => logging.AddProvider(new SilentProvider()).SetMinimumLevel(ToLogs ? timingLevel : LogLevel.Warning));
        configure(services);
        var provider = services.BuildServiceProvider();
        if (ToMetrics)
            Listen(provider.GetRequiredService<IMeterFactory>());
        return provider;
    }

    private static void Listen(IMeterFactory meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();
    }
}
