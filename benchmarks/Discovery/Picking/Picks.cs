using Interceptors.Benchmarks.Reports;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// What one pick costs, by policy, number of endpoints and number of threads that pick from one picker at once. The policies are measured
/// in turn, in many short rounds. All endpoints are idle, as <c>least_request</c> sees them.
/// </summary>
internal static class Picks
{
    private const int Rounds = 21;
    private const int PicksInRound = 400_000;

    private static readonly int[] Sizes = [10, 1_000, 10_000];
    private static readonly int[] Threads = [1, 2, 8];

    public static void Measure(Report report)
    {
        var table = new Table(
            $"Picks, medians of {Rounds} rounds of {PicksInRound:#,0}",
            [
                "", "endpoints", "B a pick",
                .. Threads.Select(static n => $"ns, threads: {n}"), .. Threads.Select(static n => $"million/s, threads: {n}")]);
        foreach (var size in Sizes)
        {
            var pickers = Pickers.Of(size);
            var costs = pickers.Select(static _ => Threads.Select(static _ => new List<PickCost>()).ToArray()).ToArray();
            // The first rounds let the code be compiled and the index of weights be made.
            for (var round = -3; round < Rounds; round++)
            {
                Progress.Show($"discovery, picks of {size:#,0}, round {round + 1} of {Rounds}");
                for (var threads = 0; threads < Threads.Length; threads++)
                {
                    for (var i = 0; i < pickers.Length; i++)
                    {
                        var cost = new PickLoop(pickers[i].Picker, Threads[threads], PicksInRound).Run();
                        if (round >= 0)
                            costs[i][threads].Add(cost);
                    }
                }
            }

            for (var i = 0; i < pickers.Length; i++)
            {
                table.Add([
                    pickers[i].Name, $"{size:#,0}", costs[i][0].Select(static cost => cost.Bytes).Median(),
                    .. costs[i].Select(static threads => (object)threads.Select(static cost => cost.Nanoseconds).Median()),
                    .. costs[i].Select(static threads => (object)threads.Select(static cost => cost.Millions).Median()),
                ]);
            }
        }

        report.Add(table);
    }
}
