using System.Globalization;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;

namespace Interceptors.Benchmarks.Load;

/// <summary>
/// Calls between two processes: the variants in turn, in short rounds, compared round by round, so that what disturbs the machine disturbs
/// all of them alike. Neither process logs, and nobody listens to its metrics.
/// </summary>
internal static class LoadBenchmark
{
    private static readonly string[] Parts = ["100B", "10KB", "stream", "1MB"];

    public static async Task RunAsync(BenchOptions options)
    {
        var rounds = options.Number("rounds", 9);
        var time = TimeSpan.FromMilliseconds(options.Number("round-ms", 250));
        var report = new Report(
            "load", $"{rounds} rounds of {time.TotalMilliseconds} ms; medians, ratios of each round with the quartiles");
        using var server = await ServerProcess.StartAsync();
        await using var variants = new Variants(server);
        Variant[] all = [variants.Bare, variants.ByHand, variants.Standard, variants.Static, variants.Memory, variants.StandardMemory];
        Variant[] gzip = [variants.Bare, variants.ByHand, variants.Standard, variants.GzipByHand, variants.StandardGzip];
        (Workload Workload, Variant[] Variants)[] plan =
        [
            (new Workload("100B", 100, 0, 1, 16, 64), all),
            (new Workload("10KB", 10_000, 0, 1, 16, 64), [.. all, variants.GzipByHand, variants.StandardGzip]),
            (new Workload("stream", 100, 20, 1, 16, 64), all),
            (new Workload("1MB", 1_000_000, 0, 16), gzip),
        ];

        foreach (var (workload, compared) in plan)
        {
            if (!options.Includes(workload.Name, Parts))
                continue;
            foreach (var callers in workload.Callers)
                Show(report, workload, callers, await MeasureAsync(workload, callers, compared, server, rounds, time));
        }

        report.Save();
    }

    private static async Task<LoadResult[]> MeasureAsync(
        Workload workload, int callers, Variant[] variants, ServerProcess server, int rounds, TimeSpan time)
    {
        var loop = new ClosedLoop(callers);
        var results = variants.Select(static variant => new LoadResult(variant)).ToArray();
        // The first rounds make the connections and let the code be compiled.
        for (var round = -2; round < rounds; round++)
        {
            for (var i = 0; i < results.Length; i++)
            {
                // Each round begins with another one, lest one always runs after the same.
                var result = results[(i + round + results.Length) % results.Length];
                Progress.Show(string.Create(
                    CultureInfo.InvariantCulture,
                    $"load {workload.Name}, {callers} callers, round {round + 1} of {rounds}: {result.Variant.Name}"));
                await result.MeasureAsync(workload, loop, server, time, keep: round >= 0);
            }
        }

        return results;
    }

    private static void Show(Report report, Workload workload, int callers, LoadResult[] results)
    {
        var bare = results[0];
        var table = new Table(
            $"{(workload.IsStream ? "Server streaming, 20 messages of 100 B" : "Unary, " + workload.Name + " each way")}, {callers} "
                + "concurrent",
            "variant", "B client", "+B client", "B server", "+B server", "calls/s", "of bare", "p50 us", "p99 us", "CPU us client",
            "CPU us server", "CPU of bare");
        foreach (var result in results)
        {
            table.Add(
                result.Variant.Name, result.ClientBytes, result.ClientBytes - bare.ClientBytes, result.ServerBytes,
                result.ServerBytes - bare.ServerBytes,
                result.CallsPerSecond.Median(), result.CallsPerSecond.RatiosTo(bare.CallsPerSecond), result.P50.Median(),
                result.P99.Median(),
                result.Client.Select(static cost => cost.CpuMicroseconds).Median(),
                result.Server.Select(static cost => cost.CpuMicroseconds).Median(),
                result.Cpu.RatiosTo(bare.Cpu));
        }

        report.Add(table);
        ShowRoundRobin(report, workload, callers, results);
    }

    /// <summary>Discovery is compared with what grpc-dotnet needs to balance over the same three addresses.</summary>
    private static void ShowRoundRobin(Report report, Workload workload, int callers, LoadResult[] results)
    {
        if (results.SingleOrDefault(static result => result.Variant.Name == Variants.StockRoundRobin) is not { } stock)
            return;
        var memory = results[Array.IndexOf(results, stock) + 1];
        var table = new Table(
            $"{workload.Name}, {callers} concurrent: memory:/// over grpc-dotnet's own static round robin", "", "of static");
        table.Add("calls/s", memory.CallsPerSecond.RatiosTo(stock.CallsPerSecond));
        table.Add("CPU of both sides", memory.Cpu.RatiosTo(stock.Cpu));
        table.Add("B client, difference", memory.ClientBytes - stock.ClientBytes);
        report.Add(table);
    }
}
