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

    private readonly GrpcMetrics? _grpc;

    /// <param name="factory">Makes the meter; null for the meter of the process.</param>
    /// <param name="grpc">Counts them under gRPC's names, too; null for nobody.</param>
    public BalancerMetrics(IMeterFactory? factory, GrpcMetrics? grpc = null)
    {
        _grpc = grpc;
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

    public void Ejected(string target, OutlierRule rule)
    {
        _ejections.Add(1, new KeyValuePair<string, object?>(DiscoveryTelemetry.Target, target));
        _grpc?.Ejected(target, rule);
    }

    /// <summary>An endpoint whose calls fail too often was not left out.</summary>
    /// <param name="target">The target of the calls.</param>
    /// <param name="rule">The rule that found it.</param>
    /// <param name="reason">Why it stays, as gRFC A91 names it.</param>
    public void NotEjected(string target, OutlierRule rule, string reason) => _grpc?.NotEjected(target, rule, reason);
}
