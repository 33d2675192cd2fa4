using System.Globalization;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;

namespace Interceptors.Benchmarks.Load;

/// <summary>
/// Calls between two processes: the variants in turn, in short rounds, compared round by round, so that what disturbs the machine disturbs
/// all of them alike. Each stands in the tables twice: without any logging provider, and as a host runs it.
/// </summary>
internal static class LoadBenchmark
{
    private static readonly string[] Parts = ["100B", "10KB", "stream", "1MB", "factory", "alone"];

    public static async Task RunAsync(BenchOptions options)
    {
        var rounds = options.Number("rounds", 25);
        var time = TimeSpan.FromMilliseconds(options.Number("round-ms", 250));
        var report = new Report(
            "load", $"{rounds} rounds of {time.TotalMilliseconds} ms; medians, ratios of each round with the quartiles");
        using var server = await ServerProcess.StartAsync();
        await using var silent = new Variants(server, Hosting.Silent);
        await using var hosted = new Variants(server, Hosting.Hosted);
        (string Part, Workload Workload, IReadOnlyList<Variant>[] Variants)[] plan =
        [
            ("100B", new Workload("100B", 100, 0, 16, 64), [silent.All, hosted.All]),
            ("10KB", new Workload("10KB", 10_000, 0, 16), [[.. silent.All, .. silent.Gzip()], [.. hosted.All, .. hosted.Gzip()]]),
            ("stream", new Workload("stream", 100, 20, 16), [silent.All, hosted.All]),
            ("1MB", new Workload("1MB", 1_000_000, 0, 16), [[silent.Bare, silent.Standard, .. silent.Gzip()]]),
            ("factory", new Workload("100B", 100, 0, 16), [silent.OfFactory(), hosted.OfFactory()]),
            ("alone", new Workload("100B", 100, 0, 16), [[silent.Bare, .. silent.Alone()], [hosted.Bare, .. hosted.Alone()]]),
        ];

        foreach (var (part, workload, compared) in plan)
        {
            if (!options.Includes(part, Parts))
                continue;
            foreach (var callers in workload.Callers)
            {
                var results = await MeasureAsync(workload, callers, [.. compared.SelectMany(static one => one)], server, rounds, time);
                Show(report, $"{part}: {workload.Title}, {callers} concurrent", results, compared);
            }
        }

        report.Save();
    }

    private static async Task<LoadResult[]> MeasureAsync(
        Workload workload, int callers, Variant[] variants, ServerProcess server, int rounds, TimeSpan time)
    {
        var loop = new ClosedLoop(callers);
        var results = variants.Select(static variant => new LoadResult(variant)).ToArray();
        // The first rounds make the connections and let the code be compiled.
        for (var round = -3; round < rounds; round++)
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

    /// <summary>Each hosting is compared with its own first variant, and with its own official set-up where that is measured.</summary>
    private static void Show(Report report, string title, LoadResult[] results, IReadOnlyList<Variant>[] hostings)
    {
        foreach (var variants in hostings)
        {
            var own = results.Where(result => variants.Contains(result.Variant)).ToArray();
            var (first, official) = (own[0], own.FirstOrDefault(static result => result.Variant.Name.StartsWith("official", StringComparison.Ordinal)));
            var table = new Table(
                $"{title}; ratios to {first.Variant.Name}", "variant", "B client", "+B client", "B server", "+B server", "calls/s",
                "of first", "of official", "p50 us", "p99 us", "CPU us client", "CPU us server", "CPU of first", "CPU of official");
            foreach (var result in own)
            {
                table.Add(
                    result.Variant.Name, result.ClientBytes, result.ClientBytes - first.ClientBytes, result.ServerBytes,
                    result.ServerBytes - first.ServerBytes, result.CallsPerSecond.Median(),
                    result.CallsPerSecond.RatiosTo(first.CallsPerSecond),
                    official is null ? "-" : result.CallsPerSecond.RatiosTo(official.CallsPerSecond),
                    result.P50.Median(), result.P99.Median(),
                    result.Client.Select(static cost => cost.CpuMicroseconds).Median(),
                    result.Server.Select(static cost => cost.CpuMicroseconds).Median(),
                    result.Cpu.RatiosTo(first.Cpu), official is null ? "-" : result.Cpu.RatiosTo(official.Cpu));
            }

            report.Add(table);
        }
    }
}
