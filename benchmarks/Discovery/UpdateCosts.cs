using System.Diagnostics;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// What a list costs a channel, by its length: the kit's channel beside grpc-dotnet's with the shortest resolver, on the same addresses of
/// a server in another process; and, of the longest, the kit's with a subset. A change has cost what the channel spends until its
/// connections are as they should be, and a while after.
/// </summary>
internal static class UpdateCosts
{
    private static readonly int[] Sizes = [100, 1_000, 10_000];
    private static readonly int[] Subsets = [20, 100];
    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(Report report, int rounds)
    {
        using var server = await ServerProcess.StartAsync();
        foreach (var size in Sizes)
        {
            Result[] results = [new("ours", static () => new OurChannel(), null), new("stock", static () => new StockChannel(), null)];
            if (size == Sizes[^1])
                results = [
                    .. results,
                    .. Subsets.Select(static subset => new Result($"subset of {subset}", () => new OurChannel(subset), subset))];
            // The first round lets the code be compiled; the largest lists need none of their own.
            for (var round = size == Sizes[^1] ? 0 : -1; round < rounds; round++)
            {
                foreach (var result in results)
                {
                    Progress.Show($"discovery, updates of {size:#,0}, round {round + 1} of {rounds}: {result.Name}");
                    await MeasureAsync(result, server, size, keep: round >= 0);
                }
            }

            report.Add(TableOf(size, rounds, results));
        }
    }

    private static async Task MeasureAsync(Result result, ServerProcess server, int size, bool keep)
    {
        var list = Addresses(server, 0, size);
        var open = (await server.AskAsync()).Open;
        var used = result.Subset ?? size;
        await using (var channel = result.Open())
        {
            // Which of the changed ones are in a subset is not known here.
            Task<Step> ChangeAsync(IReadOnlyList<DiscoveryEndpoint> list, int connections) =>
                StepAsync(server, result.Subset is null ? connections : 0, open + used, () =>
            {
                channel.Use(list);
                return Task.CompletedTask;
            });

            var first = await StepAsync(server, used, open + used, async () =>
            {
                channel.Use(list);
                await channel.CallAsync();
            });
            var idle = await StepAsync(server, 0, open + used, static () => Task.CompletedTask);
            list[size / 2] = Addresses(server, size, 1)[0];
            var one = await ChangeAsync(list, 1);
            var others = Addresses(server, size + 1, size / 10);
            for (var i = 0; i < others.Count; i++)
                list[i * 10] = others[i];
            var tenth = await ChangeAsync(list, others.Count);
            var shuffled = list.ToArray();
            new Random(1).Shuffle(shuffled);
            var reordered = await ChangeAsync(shuffled, 0);
            if (keep)
                result.Add(first, one, tenth, reordered, idle);
        }

        // The next one must not find the connections of this one still there.
        var start = Stopwatch.GetTimestamp();
        while ((await server.AskAsync()).Open > open && Stopwatch.GetElapsedTime(start) < Patience)
            await Task.Delay(20);
        GC.Collect();
    }

    /// <summary>
    /// Does something and waits until so many connections have been opened and so many are left, and then for what follows from it.
    /// </summary>
    private static async Task<Step> StepAsync(ServerProcess server, int opens, int leaves, Func<Task> act)
    {
        var before = await server.AskAsync();
        var cost = ProcessCost.Now();
        var start = Stopwatch.GetTimestamp();
        await act();
        var acted = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        ServerState state;
        do
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException("The connections to the endpoints did not come to what they should be.");
            await Task.Delay(While / 5);
            state = await server.AskAsync();
        }
        // A connection that a call has used can outlive the removal of its endpoint: it is the HTTP handler's by then.
        while (state.Accepted - before.Accepted < opens || Math.Abs(state.Open - leaves) > 3);

        await Task.Delay(While);
        state = await server.AskAsync();
        var opened = state.Accepted - before.Accepted;
        var connected = opened == 0 ? double.NaN : Stopwatch.GetElapsedTime(start, state.LastAccepted).TotalMilliseconds;
        return new Step(acted, connected, opened, state.Open - leaves, ProcessCost.Now() - cost);
    }

    private static List<DiscoveryEndpoint> Addresses(ServerProcess server, int from, int count)
    {
        var port = server.PortOf(ServerKinds.Bare);
        return [.. Enumerable.Range(from, count)
            .Select(i => new DiscoveryEndpoint($"127.{1 + (i / 62_500)}.{i / 250 % 250}.{1 + (i % 250)}", port))];
    }

    private static Table TableOf(int size, int rounds, Result[] results)
    {
        var table = new Table(
            $"{size:#,0} endpoints, medians of {rounds} rounds", "", "handed over, ms", "until last connection, ms", "opened",
            "too many left, max", "CPU ms", "KB");
        for (var step = 0; step < Result.Steps.Length; step++)
        {
            foreach (var result in results)
            {
                double Of(Func<Step, double> value) => result.All[step].Select(value).Where(double.IsFinite).Median();
                table.Add(
                    $"{Result.Steps[step]}, {result.Name}", Of(static s => s.Acted), Of(static s => s.Connected), Of(static s => s.Opened),
                    result.All[step].Max(static s => s.Excess),
                    Of(static s => s.Cost.CpuMicroseconds / 1000), Of(static s => s.Cost.Bytes / 1000));
            }
        }

        return table;
    }

    private readonly record struct Step(double Acted, double Connected, double Opened, double Excess, ProcessCost Cost);

    private sealed class Result(string name, Func<IListedChannel> open, int? subset)
    {
        public static readonly string[] Steps = ["first list and call", "one changed", "a tenth changed", "another order", "idle"];

        public string Name => name;

        /// <summary>How many endpoints it uses; null for all.</summary>
        public int? Subset => subset;

        public IListedChannel Open() => open();

        public List<Step>[] All { get; } = [.. Steps.Select(static _ => new List<Step>())];

        public void Add(params Step[] steps)
        {
            for (var i = 0; i < steps.Length; i++)
                All[i].Add(steps[i]);
        }
    }
}
