using System.Text.RegularExpressions;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;

namespace Interceptors.Soak.Reports;

/// <summary>What the run has shown.</summary>
internal sealed partial class Report(SoakOptions options, CallRecord record, IReadOnlyList<FaultRecord> faults)
{
    private const int Examples = 5;

    public Resources? Start { get; set; }

    public Resources? End { get; set; }

    /// <summary>Null until it was looked at; then empty if it was right, else what was wrong.</summary>
    public string? ListProblem { get; set; }

    /// <summary>What else went wrong.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>To whom.</summary>
    public IReadOnlyList<string> LeakedConnections { get; set; } = [];

    public long LeakedTimers { get; set; }

    public int UnobservedExceptions { get; set; }

    public bool IsGood => Unexplained().Count == 0 && ListProblem is "" && Problems.Count == 0
        && faults.All(fault => fault.Problem is null) && UnobservedExceptions == 0 && record.Calls > 0;

    public void Write()
    {
        Console.WriteLine();
        Line("calls", $"{record.Calls:N0}, and {record.Streams:N0} streams");
        WriteFailures();
        Line("longest gap",
            $"{record.LongestGap.TotalMilliseconds:N0} ms without a successful call, up to {record.LongestGapEnd:mm\\:ss\\.fff}");
        Line("final list", $"{(ListProblem is null ? "not looked at" : ListProblem.Length == 0 ? "right" : $"WRONG: {ListProblem}")}");
        Line("at the start", $"{Start}");
        Line("at the end", $"{End}");
        var connections = string.Join("; ", LeakedConnections.Prepend($"{LeakedConnections.Count} connections"));
        Line("leaked", $"{connections}, {LeakedTimers} timers, {UnobservedExceptions} unobserved exceptions of tasks");
        WriteFaults();
        foreach (var problem in Problems)
            Line("PROBLEM", $"{problem}");
        Line("result", $"{(IsGood ? "good" : "BAD")}");
    }

    private void WriteFailures()
    {
        Line("failed", $"{record.Failures.Count}");
        Line("  broken", $"{CountOf(Explanation.Broken)} on connections to a server when it was killed (SIGKILL)");
        var unexplained = Unexplained();
        Line("  unexplained", $"{unexplained.Count}");
        var groups = unexplained.GroupBy(call => (call.Kind, call.Status.StatusCode, When: Explanations.Circumstances(call, faults)));
        foreach (var group in groups)
        {
            Line("", $"{group.Count()} × {group.Key.Kind} {group.Key.StatusCode}: {group.Key.When}");
            foreach (var call in group.Take(Examples))
                Line("", $"  {call.Started:mm\\:ss\\.fff} to {call.Ended:mm\\:ss\\.fff}: {call.Status.Detail}");
        }
    }

    private void WriteFaults()
    {
        Line("faults", $"{faults.Count}, seed {options.Seed}");
        foreach (var kind in faults.GroupBy(fault => KindOf(fault.Name)).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var overcome = kind.Where(fault => fault.End is not null).Select(fault => (fault.End!.Value - fault.Begin).TotalSeconds);
            Line("", $"{kind.Count(),3} × {kind.Key}; over after {overcome.DefaultIfEmpty().Max():F1} s at most");
        }

        foreach (var fault in faults.Where(fault => fault.Problem is not null))
            Line("NOT OVERCOME", $"{fault.Name}: {fault.Problem}");
    }

    private static void Line(string what, FormattableString text) => Console.WriteLine($"{what,-20} {FormattableString.Invariant(text)}");

    private List<FailedCall> Unexplained() => [.. record.Failures.Where(call => Explanations.Of(call, faults) == Explanation.None)];

    private int CountOf(Explanation explanation) => record.Failures.Count(call => Explanations.Of(call, faults) == explanation);

    /// <summary>With N for the numbers of servers and members.</summary>
    private static string KindOf(string fault) => Number().Replace(fault, " N");

    [GeneratedRegex(@"(?<=\bserver)\d+| s\d+(?= of etcd)")]
    private static partial Regex Number();
}
