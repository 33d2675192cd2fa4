using System.Globalization;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;

namespace Interceptors.Soak.Reports;

/// <summary>What the run has shown.</summary>
internal sealed class Report(SoakOptions options, CallRecord record, IReadOnlyList<FaultRecord> faults)
{
    private const int Examples = 5;

    public Resources? Start { get; set; }

    public Resources? End { get; set; }

    /// <summary>Null until it was looked at; then empty if it was right, else what was wrong.</summary>
    public string? ListProblem { get; set; }

    /// <summary>What else went wrong.</summary>
    public List<string> Problems { get; } = [];

    public int LeakedConnections { get; set; }

    public long LeakedTimers { get; set; }

    public int UnobservedExceptions { get; set; }

    public bool IsGood => Unexplained().Count == 0 && ListProblem is "" && Problems.Count == 0
        && faults.All(fault => fault.Problem is null) && LeakedConnections == 0 && UnobservedExceptions == 0 && record.Calls > 0;

    public void Write()
    {
        var unexplained = Unexplained();
        var culture = CultureInfo.InvariantCulture;
        Console.WriteLine();
        Console.WriteLine(string.Create(culture, $"calls                {record.Calls:N0}, and {record.Streams:N0} streams"));
        Console.WriteLine($"failed               {record.Failures.Count}");
        var last = Explanation.LastAfterKill(record.Failures.Except(unexplained), faults);
        Console.WriteLine(string.Create(culture, $"  explained          {record.Failures.Count - unexplained.Count} {Explanation.Killed}"
            + $", the last begun {last.TotalMilliseconds:F0} ms after"));
        Console.WriteLine($"  unexplained        {unexplained.Count}");
        foreach (var group in unexplained.GroupBy(call => (call.Kind, call.Status.StatusCode, When: Explanation.Circumstances(call, faults))))
        {
            Console.WriteLine($"    {group.Count()} × {group.Key.Kind} {group.Key.StatusCode}: {group.Key.When}");
            foreach (var call in group.Take(Examples))
                Console.WriteLine(string.Create(culture, $"      {call.Started:mm\\:ss\\.fff} to {call.Ended:mm\\:ss\\.fff}: {call.Status.Detail}"));
        }

        Console.WriteLine(string.Create(culture, $"longest gap          {record.LongestGap.TotalMilliseconds:N0} ms without a successful call, up to {record.LongestGapEnd:mm\\:ss\\.fff}"));
        Console.WriteLine($"final list           {(ListProblem is null ? "not looked at" : ListProblem.Length == 0 ? "right" : $"WRONG: {ListProblem}")}");
        Console.WriteLine($"at the start         {Start}");
        Console.WriteLine($"at the end           {End}");
        Console.WriteLine($"leaked               {LeakedConnections} connections, {LeakedTimers} timers, {UnobservedExceptions} unobserved exceptions of tasks");
        Console.WriteLine($"faults               {faults.Count}, seed {options.Seed}");
        foreach (var kind in faults.GroupBy(fault => KindOf(fault.Name)).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var over = kind.Where(fault => fault.End is not null).Select(fault => (fault.End!.Value - fault.Begin).TotalSeconds).DefaultIfEmpty().Max();
            Console.WriteLine(string.Create(culture, $"  {kind.Count(),3} × {kind.Key}; over after {over:F1} s at most"));
        }

        foreach (var fault in faults.Where(fault => fault.Problem is not null))
            Console.WriteLine($"NOT OVERCOME         {fault.Name}: {fault.Problem}");
        foreach (var problem in Problems)
            Console.WriteLine($"PROBLEM              {problem}");
        Console.WriteLine($"result               {(IsGood ? "good" : "BAD")}");
    }

    private List<FailedCall> Unexplained() => [.. record.Failures.Where(call => !Explanation.IsExplained(call, faults))];

    /// <summary>Without the server's number.</summary>
    private static string KindOf(string fault) => fault.StartsWith("server", StringComparison.Ordinal) ? $"a server {fault[(fault.IndexOf(' ') + 1)..]}" : fault;
}
