using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Interceptors.Benchmarks.Load;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>What callers feel of one server in five that fails every call for a while and is well again after.</summary>
internal static class FailingServer
{
    private const int Callers = 16;

    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Failing = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Ejection = TimeSpan.FromMilliseconds(500);

    private static readonly (string Name, OutlierEjectionOptions? Ejection)[] Ways =
    [
        ("without outlier ejection", null),
        ("with outlier ejection", new OutlierEjectionOptions { Interval = TimeSpan.FromMilliseconds(100), BaseEjectionTime = Ejection }),
    ];

    public static async Task MeasureAsync(Report report)
    {
        using var server = await ServerProcess.StartAsync();
        var servers = new FiveServers(server);
        var table = new Table(
            $"One of five servers fails every call for {Failing.TotalSeconds} s, {Callers} callers, round_robin, "
            + $"ejected for {Ejection.TotalMilliseconds} ms at first",
            "", "calls while it fails", "failed", "ms until it is out", "well again, ms until its first call", "failed after");
        foreach (var (name, ejection) in Ways)
        {
            Progress.Show($"discovery, one failing server: {name}");
            await using var factory = servers.Connect();
            var client = factory.CreateClient<Bench.BenchClient>("memory:///bench", o => o.Balancing.OutlierEjection = ejection);
            var loop = new ClosedLoop(Callers);
            await RunAsync(loop, client, FiveServers.AllAlike, Before);
            var failing = await RunAsync(loop, client, FiveServers.OneFails, Failing);
            var well = await RunAsync(loop, client, FiveServers.AllAlike, After);
            table.Add(
                name, (double)failing.Calls, (double)failing.Failures.Length, FirstBurst(failing.Failures),
                well.FirstOfOdd is { } first ? first : "-", (double)well.Failures.Length);
        }

        report.Add(table);
    }

    /// <summary>
    /// From the first failure to the last one before none came for half as long as an ejection takes; NaN if they went on and on.
    /// </summary>
    private static double FirstBurst(double[] failures)
    {
        var next = Enumerable.Range(1, Math.Max(0, failures.Length - 1))
            .FirstOrDefault(i => failures[i] - failures[i - 1] > Ejection.TotalMilliseconds / 2);
        return next == 0 ? double.NaN : failures[next - 1] - failures[0];
    }

    private static async Task<Phase> RunAsync(ClosedLoop loop, Bench.BenchClient client, WaitRequest request, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var failures = new ConcurrentQueue<double>();
        var ofOdd = new ConcurrentQueue<double>();
        await loop.RunAsync(CallAsync, time);
        return new Phase(loop.Calls, [.. failures.Order()], ofOdd.IsEmpty ? null : ofOdd.Min());

        async Task CallAsync()
        {
            try
            {
                if ((await client.WaitAsync(request)).Address == FiveServers.Odd)
                    ofOdd.Enqueue(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            catch (RpcException)
            {
                failures.Enqueue(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    /// <param name="Calls">All.</param>
    /// <param name="Failures">When each failed call ended, in milliseconds from the beginning.</param>
    /// <param name="FirstOfOdd">When the odd server had answered for the first time, in milliseconds; null if it never did.</param>
    private sealed record Phase(int Calls, double[] Failures, double? FirstOfOdd);
}
