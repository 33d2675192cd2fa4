using System.Reflection;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Interceptors.Benchmarks;

/// <summary>
/// Runs the benchmarks of a class in turn, in many short rounds, and takes the medians: what disturbs a machine disturbs all of them alike. Counts
/// the CPU time of its thread, in which everything here happens, so neighbours on the machine don't count.
/// </summary>
internal static partial class SideBySide
{
    private const int Rounds = 200;
    private const int CallsInRound = 5_000;

    public static void Run(Type type)
    {
        var parameter = type.GetProperties().Single(property => property.GetCustomAttribute<ParamsAttribute>() is not null);
        foreach (var value in parameter.GetCustomAttribute<ParamsAttribute>()!.Values)
        {
            var benchmarks = Activator.CreateInstance(type)!;
            parameter.SetValue(benchmarks, value);
            type.GetMethods().Single(method => method.GetCustomAttribute<GlobalSetupAttribute>() is not null).Invoke(benchmarks, null);
            var cases = type.GetMethods()
                .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)
                .Select(method => new Case(method.Name, method.CreateDelegate<Func<Task>>(benchmarks)))
                .ToArray();

            for (var round = -20; round < Rounds; round++)
            {
                foreach (var one in cases)
                    one.Measure(CallsInRound, keep: round >= 0);
            }

            Console.WriteLine($"{type.Name}, {parameter.Name} = {value}: over {cases[0].Name}, medians of {Rounds} rounds of {CallsInRound} calls");
            Console.WriteLine($"{"",-32}{"ns",8}{"+ns",8}{"B",8}{"+B",8}{"of hand-written, quartiles",30}");
            var handWritten = cases.SingleOrDefault(one => one.Name.StartsWith("Hand", StringComparison.Ordinal));
            foreach (var one in cases)
            {
                var extra = one.Over(cases[0]);
                var ratios = handWritten is null || one == cases[0] ? "" : RatiosOf(one.Extras(cases[0]), handWritten.Extras(cases[0]));
                Console.WriteLine($"{one.Name,-32}{one.Nanoseconds,8:0}{extra,8:0}{one.Bytes,8:0}{one.Bytes - cases[0].Bytes,8:0}{ratios,30}");
            }
            Console.WriteLine();
        }
    }

    private static string RatiosOf(double[] extras, double[] yardstick)
    {
        var ratios = extras.Zip(yardstick, static (extra, yard) => extra / yard).Order().ToArray();
        return $"{ratios[ratios.Length / 2]:0.00} ({ratios[ratios.Length / 4]:0.00}-{ratios[ratios.Length * 3 / 4]:0.00})";
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Timespec time);

    private static double ThreadNanoseconds()
    {
        const int threadCpuTime = 3;
        return ClockGetTime(threadCpuTime, out var time) == 0
            ? (time.Seconds * 1e9) + time.Nanoseconds
            : throw new PlatformNotSupportedException("The clock of a thread's CPU time is read as on Linux.");
    }

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private sealed class Case(string name, Func<Task> call)
    {
        private readonly List<double> _rounds = [];
        private readonly List<double> _bytes = [];

        public string Name { get; } = name;

        public double Nanoseconds => Median(_rounds);

        public double Bytes => Median(_bytes);

        public void Measure(int calls, bool keep)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var started = ThreadNanoseconds();
            for (var i = 0; i < calls; i++)
            {
                if (!call().IsCompletedSuccessfully)
                    throw new InvalidOperationException($"{Name} did not complete.");
            }
            var elapsed = ThreadNanoseconds() - started;
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
