using Interceptors.Benchmarks.Load;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// What callers feel of one server in five that answers 50 times slower than the others, by policy and number of callers.
/// </summary>
internal static class SlowServer
{
    private static readonly int[] Callers = [8, 20, 50];
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    private static readonly (string Name, Action<DiscoveryChannelOptions> Configure)[] Policies =
    [
        (LoadBalancingPolicies.RoundRobin, static o => o.LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin),
        ("least_request, choiceCount 2", static o =>
        {
            o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest;
            o.Balancing.ChoiceCount = 2;
        }),
        ("least_request", static o => o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest),
    ];

    public static async Task MeasureAsync(Report report)
    {
        using var server = await ServerProcess.StartAsync();
        var servers = new FiveServers(server);
        // Lets the code of both processes be compiled.
        await using (var factory = servers.Connect())
            await MeasureAsync(factory.CreateClient<Bench.BenchClient>("memory:///bench"), FiveServers.AllAlike, Callers[^1]);

        foreach (var callers in Callers)
        {
            var table = new Table(
                $"Five servers that answer after 5 ms, one of them after 250 ms, {callers} callers",
                "policy", "p99 ms, all alike", "p99 ms, one slow", "ratio", "calls, all alike", "calls, one slow", "% to the slow one");
            foreach (var (name, configure) in Policies)
            {
                Progress.Show($"discovery, one slow server, {callers} callers: {name}");
                await using var factory = servers.Connect();
                var client = factory.CreateClient<Bench.BenchClient>("memory:///bench", configure);
                var alike = await MeasureAsync(client, FiveServers.AllAlike, callers);
                var slow = await MeasureAsync(client, FiveServers.OneSlow, callers);
                table.Add(
                    name, alike.P99, slow.P99, slow.P99 / alike.P99, (double)alike.Calls, (double)slow.Calls,
                    100.0 * slow.Odd / slow.Calls);
            }

            report.Add(table);
        }
    }

    private static async Task<Result> MeasureAsync(Bench.BenchClient client, WaitRequest request, int callers)
    {
        var loop = new ClosedLoop(callers);
        var odd = 0;
        await loop.RunAsync(CallAsync, Settling);
        odd = 0;
        await loop.RunAsync(CallAsync, Time);
        return new Result(loop.Microseconds.Percentile(99) / 1000, loop.Calls, odd);

        async Task CallAsync()
        {
            if ((await client.WaitAsync(request)).Address == FiveServers.Odd)
                Interlocked.Increment(ref odd);
        }
    }

    /// <param name="P99">In milliseconds.</param>
    /// <param name="Calls">All.</param>
    /// <param name="Odd">Those that the odd server has answered.</param>
    private readonly record struct Result(double P99, int Calls, int Odd);
}
