using System.Diagnostics.Metrics;

namespace Interceptors.Discovery;

/// <summary>Balancing in metrics. Picks are not counted: one takes nanoseconds, and the servers count the calls.</summary>
internal sealed class BalancerMetrics
{
    public const string Endpoints = "interceptors.discovery.balancer.endpoints";
    public const string Ejections = "interceptors.discovery.balancer.ejections";
    public const string State = "interceptors.discovery.endpoint.state";

    private readonly ObservedBalancers _balancers = new();
    private readonly Counter<long> _ejections;

    /// <param name="factory">Makes the meter; null for the meter of the process.</param>
    public BalancerMetrics(IMeterFactory? factory)
    {
        var meter = ProcessMeters.Get(DiscoveryTelemetry.MeterName, factory);
        _ejections = meter.CreateCounter<long>(Ejections, "{ejection}", "Endpoints that were left out because their calls failed.");
        // A meter keeps its instruments for ever; it must not keep what they show.
        var observed = new WeakReference<ObservedBalancers>(_balancers);
        meter.CreateObservableUpDownCounter(
            Endpoints, () => observed.TryGetTarget(out var balancers) ? balancers.Measure() : [],
            "{endpoint}", "Endpoints that the channels to a target balance over, by what they are to them.");
    }

    public void Opened(EndpointBalancer balancer) => _balancers.Add(balancer);

    public void Closed(EndpointBalancer balancer) => _balancers.Remove(balancer);

    public void Ejected(string target) => _ejections.Add(1, new KeyValuePair<string, object?>(DiscoveryTelemetry.Target, target));
}
