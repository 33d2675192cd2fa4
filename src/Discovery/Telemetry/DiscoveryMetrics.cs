using System.Diagnostics.Metrics;

namespace Interceptors.Discovery;

/// <summary>Discovery in metrics. Those without a container of their own share the meter of the process.</summary>
internal sealed class DiscoveryMetrics
{
    private readonly Histogram<double> _updates;
    private readonly Counter<long> _reconnects;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _rejected;
    private readonly ObservedRegistrations _registrations = new();

    /// <param name="followed">What the gauges show; null for no gauges.</param>
    /// <param name="factory">Makes the meter; null for the meter of the process.</param>
    public DiscoveryMetrics(ResolvedTargets? followed, IMeterFactory? factory)
    {
        var meter = ProcessMeters.Get(DiscoveryTelemetry.MeterName, factory);
        _updates = meter.CreateHistogram(
            DiscoveryTelemetry.UpdateDuration, "s", "From when the list of a service was known to have changed until a channel used it.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DiscoveryTelemetry.UpdateBuckets });
        _reconnects = meter.CreateCounter<long>(
            DiscoveryTelemetry.WatchReconnects, "{reconnect}", "Watches of a service that broke and were opened again.");
        _reloads = meter.CreateCounter<long>(DiscoveryTelemetry.Reloads, "{reload}", "Lists of a service that were read in full.");
        _rejected = meter.CreateCounter<long>(
            DiscoveryTelemetry.RejectedRegistrations, "{registration}", "Registrations that were skipped because they can't be read.");
        if (followed is not null)
            Observe(meter, new WeakReference<ResolvedTargets>(followed), new WeakReference<ObservedRegistrations>(_registrations));
    }

    /// <summary>A channel has taken the snapshot over.</summary>
    public void Applied(EndpointSnapshot snapshot)
    {
        if (_updates.Enabled)
            _updates.Record(TimeProvider.System.GetElapsedTime(snapshot.Made).TotalSeconds, Tag(snapshot.Service));
    }

    /// <summary>The watch of a service works again after it had broken.</summary>
    public void Reconnected(string service) => _reconnects.Add(1, Tag(service));

    /// <summary>The list of a service was read in full, at the start, after a break, or to compare.</summary>
    public void Reloaded(string service) => _reloads.Add(1, Tag(service));

    /// <summary>A registration of a service can't be read.</summary>
    public void Rejected(string service) => _rejected.Add(1, Tag(service));

    /// <summary>Shows the state of a registration until it is stopped.</summary>
    public void Registered(IServiceRegistration registration) => _registrations.Add(registration);

    // A meter keeps its instruments for ever; it must not keep what they show.
    private static void Observe(Meter meter, WeakReference<ResolvedTargets> followed, WeakReference<ObservedRegistrations> registrations)
    {
        meter.CreateObservableUpDownCounter(
            DiscoveryTelemetry.Endpoints,
            () => followed.TryGetTarget(out var services) ? services.All().Select(EndpointsOf) : [],
            "{endpoint}", "Endpoints of a service that its channels use.");
        meter.CreateObservableGauge(
            DiscoveryTelemetry.ListAge,
            () => followed.TryGetTarget(out var services) ? services.All().Select(s => AgeOf(s, services.Now)) : [],
            "s", "How long ago the registry confirmed the list of a service last; 0 as long as it is followed live.");
        meter.CreateObservableUpDownCounter(
            DiscoveryTelemetry.Registrations,
            () => registrations.TryGetTarget(out var observed) ? observed.Measure() : [],
            "{registration}", "Registrations of this process, by state.");
    }

    private static KeyValuePair<string, object?> Tag(string service) => new(DiscoveryTelemetry.Service, service);

    private static KeyValuePair<string, object?> Tag(TargetState state) => new(DiscoveryTelemetry.Target, state.Target);

    private static Measurement<int> EndpointsOf(TargetState state) => new(state.Endpoints, Tag(state));

    private static Measurement<double> AgeOf(TargetState state, DateTimeOffset now)
    {
        var age = state.StaleSince is { } since ? now - (state.Confirmed ?? since) : TimeSpan.Zero;
        return new(Math.Max(0, age.TotalSeconds), Tag(state));
    }
}
