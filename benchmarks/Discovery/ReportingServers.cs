using Interceptors.Benchmarks.Load;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// What callers feel of one server in five that is four times slower, by policy. The servers report their load as they do by default, and
/// the clients weigh by it as they do by default.
/// </summary>
internal static class ReportingServers
{
    private const int Servers = 5;
    private const int Slowness = 4;
    private const int Callers = 20;

    private static readonly WaitRequest Request = new() { Milliseconds = 20 };
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    // Reports count after the blackout period and the next update of the weights.
    private static readonly TimeSpan Settling =
        new LoadReportOptions().BlackoutPeriod + 3 * new LoadReportOptions().WeightUpdatePeriod;

    public static async Task MeasureAsync(Report report)
    {
        var servers = new List<PooledServer>();
        for (var i = 0; i < Servers; i++)
            servers.Add(await PooledServer.StartAsync(i == 0 ? Slowness : 1));
        var table = new Table(
            $"Five servers of {WorkerPool.Workers} workers; a call takes {Request.Milliseconds} ms, {Slowness * Request.Milliseconds} ms "
            + $"on one of them; {Callers} callers; after {Settling.TotalSeconds} s",
            "policy", "calls a second", "p50 ms", "p99 ms", "p99, least_request = 1", "% to the slow one");
        double? leastRequest = null;
        foreach (var policy in new[]
                 {
                     LoadBalancingPolicies.LeastRequest, LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.RoundRobin,
                 })
        {
            Progress.Show($"discovery, one server four times slower: {policy}");
            var (calls, p50, p99, slow) = await MeasureAsync(servers, policy);
            leastRequest ??= p99;
            var reports = policy == LoadBalancingPolicies.WeightedRoundRobin ? ", load reports" : "";
            table.Add(policy + reports, calls / Time.TotalSeconds, p50, p99, p99 / leastRequest.Value, 100.0 * slow / calls);
        }

        report.Add(table);
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    private static async Task<(int Calls, double P50, double P99, int Slow)> MeasureAsync(List<PooledServer> servers, string policy)
    {
        var registry = new InMemoryServiceRegistry();
        foreach (var server in servers)
            registry.Register(new ServiceInstance("bench", new DiscoveryEndpoint("127.0.0.1", server.Port)));
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
        var client = factory.CreateClient<Bench.BenchClient>("memory:///bench", o => o.LoadBalancingPolicy = policy);
        var slowest = $":{servers[0].Port}";
        var slow = 0;
        var loop = new ClosedLoop(Callers);
        await loop.RunAsync(CallAsync, Settling);
        slow = 0;
        await loop.RunAsync(CallAsync, Time);
        return (loop.Calls, loop.Microseconds.Percentile(50) / 1000, loop.Microseconds.Percentile(99) / 1000, slow);

        async Task CallAsync()
        {
            if ((await client.WaitAsync(Request)).Address.EndsWith(slowest, StringComparison.Ordinal))
                Interlocked.Increment(ref slow);
        }
    }
}
