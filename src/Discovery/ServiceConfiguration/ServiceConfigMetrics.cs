using System.Diagnostics.Metrics;

namespace Interceptors.Discovery;

/// <summary>Service configs in metrics.</summary>
internal sealed class ServiceConfigMetrics
{
    public const string Updates = "interceptors.discovery.service_config.updates";
    public const string Source = "interceptors.discovery.service_config.source";
    public const string Outcome = "interceptors.discovery.service_config.outcome";

    private readonly Counter<long> _updates;

    /// <param name="factory">Makes the meter; null for the meter of the process.</param>
    public ServiceConfigMetrics(IMeterFactory? factory)
    {
        var meter = ProcessMeters.Get(DiscoveryTelemetry.MeterName, factory);
        _updates = meter.CreateCounter<long>(
            Updates, "{update}", "New versions of a service config, by whether they were applied or refused.");
    }

    public void Applied(string source) => Add(source, "applied");

    public void Refused(string source) => Add(source, "refused");

    private void Add(string source, string outcome) =>
        _updates.Add(1, new KeyValuePair<string, object?>(Source, source), new KeyValuePair<string, object?>(Outcome, outcome));
}
