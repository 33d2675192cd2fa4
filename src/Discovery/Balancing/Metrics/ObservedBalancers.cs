using System.Diagnostics.Metrics;

namespace Interceptors.Discovery;

/// <summary>The balancers that are open. Those to one target are shown as one. Thread safe.</summary>
internal sealed class ObservedBalancers
{
    private readonly Lock _lock = new();
    private readonly HashSet<EndpointBalancer> _balancers = [];

    public void Add(EndpointBalancer balancer)
    {
        lock (_lock)
            _balancers.Add(balancer);
    }

    public void Remove(EndpointBalancer balancer)
    {
        lock (_lock)
            _balancers.Remove(balancer);
    }

    public IReadOnlyList<Measurement<int>> Measure()
    {
        EndpointBalancer[] balancers;
        lock (_lock)
            balancers = [.. _balancers];
        return [.. balancers.GroupBy(static b => b.Target).SelectMany(static g => Measure(g.Key, g.Select(b => b.Counts)))];
    }

    private static IEnumerable<Measurement<int>> Measure(string target, IEnumerable<EndpointCounts> balancers)
    {
        var sum = new EndpointCounts();
        foreach (var counts in balancers)
            sum += counts;
        return [Of("ready", sum.Ready), Of("pending", sum.Pending), Of("failing", sum.Failing), Of("ejected", sum.Ejected)];

        Measurement<int> Of(string state, int count) => new(
            count, new KeyValuePair<string, object?>(
                DiscoveryTelemetry.Target, target), new KeyValuePair<string, object?>(BalancerMetrics.State, state));
    }
}
