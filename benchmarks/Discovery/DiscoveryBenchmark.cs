using Interceptors.Benchmarks.Reports;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>What discovery costs, and how soon a change reaches the calls.</summary>
internal static class DiscoveryBenchmark
{
    private static readonly string[] Parts =
        ["changes", "rate", "picks", "updates", "registrations", "watches", "slow", "reports", "endurance"];

    public static async Task RunAsync(BenchOptions options)
    {
        var rounds = options.Number("rounds", 200);
        var callers = options.Number("callers", 4);
        var updateRounds = options.Number("update-rounds", 3);
        var calls = options.Number("calls", 10_000_000);
        var changes = options.Number("changes", 10_000);
        var report = new Report("discovery", $"{rounds} rounds of changes with {callers} callers, {updateRounds} of updates; medians");
        if (options.Includes("picks", Parts))
            Picks.Measure(report);
        if (options.Includes("updates", Parts))
            await UpdateCosts.MeasureAsync(report, updateRounds);
        if (options.Includes("registrations", Parts))
            await Registrations.MeasureAsync(report);
        if (options.Includes("watches", Parts))
            await WatchMemory.MeasureAsync(report);
        if (options.Includes("changes", Parts))
            await LiveChanges.MeasureAsync(report, rounds, callers);
        if (options.Includes("rate", Parts))
            await ChangeRate.MeasureAsync(report);
        if (options.Includes("slow", Parts))
        {
            await SlowServer.MeasureAsync(report);
            await FailingServer.MeasureAsync(report);
        }

        if (options.Includes("reports", Parts))
            await ReportingServers.MeasureAsync(report);
        if (options.Names("endurance"))
            await Endurance.MeasureAsync(report, calls, changes);
        report.Save();
    }
}
