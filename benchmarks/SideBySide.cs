using System.Reflection;
using BenchmarkDotNet.Attributes;
using Interceptors.Benchmarks.Reports;

namespace Interceptors.Benchmarks;

/// <summary>
/// Runs the benchmarks of a class in turn, in many short rounds, and takes the medians: what disturbs a machine disturbs all of them alike.
/// Counts the CPU time of its thread, in which everything here happens, so neighbours on the machine don't count.
/// </summary>
internal static class SideBySide
{
    private const int Rounds = 200;
    private const int CallsInRound = 5_000;

    public static void Run(Type[] types, params IEnumerable<CaseTable> tables)
    {
        var report = new Report("micro", $"{Rounds} rounds of {CallsInRound} calls of each in turn; medians");
        var outside = ExecutionContext.Capture()!;
        foreach (var table in types.SelectMany(TablesOf).Concat(tables))
        {
            // What the calls of one table have left in an AsyncLocal, such as a trace id, is not to be found by the next.
            ExecutionContext.Restore(outside);
            Measure(report, table);
        }

        report.Save();
    }

    /// <summary>One table for each value of the parameter of a class of benchmarks; each is made when its turn comes.</summary>
    private static IEnumerable<CaseTable> TablesOf(Type type)
    {
        var parameter = type.GetProperties().Single(property => property.GetCustomAttribute<ParamsAttribute>() is not null);
        foreach (var value in parameter.GetCustomAttribute<ParamsAttribute>()!.Values)
        {
            var benchmarks = Activator.CreateInstance(type)!;
            parameter.SetValue(benchmarks, value);
            type.GetMethods().Single(method => method.GetCustomAttribute<GlobalSetupAttribute>() is not null).Invoke(benchmarks, null);
            yield return new CaseTable($"{type.Name}, {parameter.Name} = {value}", [.. type.GetMethods()
                .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)
                .Select(method => (method.Name.Replace('_', ' '), method.CreateDelegate<Func<Task>>(benchmarks)))]);
        }
    }

    private static void Measure(Report report, CaseTable table)
    {
        var cases = table.Cases.Select(static one => new Case(one.Name, one.Call)).ToArray();
        for (var round = -20; round < Rounds; round++)
        {
            if (round % 20 == 0)
                Progress.Show($"micro, {table.Title}, round {round} of {Rounds}");
            foreach (var one in cases)
                one.Measure(CallsInRound, keep: round >= 0);
        }

        report.Add(TableOf(table.Title, cases));
    }

    private static Table TableOf(string title, Case[] cases)
    {
        var table = new Table(title, "", "B", "+B", "ns", "+ns", "of hand-written, quartiles");
        // Each row's yardstick is the latest hand-written one above it; that of the rows above the first is the first.
        var handWritten = cases.FirstOrDefault(static one => one.IsHandWritten);
        foreach (var one in cases)
        {
            handWritten = one.IsHandWritten ? one : handWritten;
            var ratios = handWritten is null || one == cases[0] ? "-" : RatiosOf(one.Extras(cases[0]), handWritten.Extras(cases[0]));
            table.Add(one.Name, one.Bytes, one.Bytes - cases[0].Bytes, one.Nanoseconds, one.Over(cases[0]), ratios);
        }

        return table;
    }

    private static string RatiosOf(double[] extras, double[] yardstick)
    {
        var ratios = extras.Zip(yardstick, static (extra, yard) => extra / yard).Order().ToArray();
        return $"{ratios[ratios.Length / 2]:0.00} ({ratios[ratios.Length / 4]:0.00}-{ratios[ratios.Length * 3 / 4]:0.00})";
    }

    private sealed class Case(string name, Func<Task> call)
    {
        private readonly List<double> _rounds = [];
        private readonly List<double> _bytes = [];

        public string Name { get; } = name;

        public bool IsHandWritten => Name.StartsWith("Hand", StringComparison.Ordinal);

        public double Nanoseconds => Median(_rounds);

        public double Bytes => Median(_bytes);

        public void Measure(int calls, bool keep)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var started = ThreadTime.Nanoseconds();
            for (var i = 0; i < calls; i++)
            {
                if (!call().IsCompletedSuccessfully)
                    throw new InvalidOperationException($"{Name} did not complete.");
            }
            var elapsed = ThreadTime.Nanoseconds() - started;
            if (!keep)
                return;
            _rounds.Add(elapsed / calls);
            _bytes.Add((GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)calls);
        }

        public double Over(Case bare) => Median([.. Extras(bare)]);

        public double[] Extras(Case bare) => [.. _rounds.Zip(bare._rounds, static (own, other) => own - other)];

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}

/// <summary>What is measured in turn; the first case is the floor of the others.</summary>
internal sealed record CaseTable(string Title, (string Name, Func<Task> Call)[] Cases);
