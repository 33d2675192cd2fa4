using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>What one side has reported of all calls.</summary>
internal sealed class MixedReports
{
    private readonly ILookup<string, LogLine> _lines;
    private readonly ILookup<string, LogLine> _all;

    /// <param name="logs">The side's log.</param>
    /// <param name="events">Its events that report a call's end.</param>
    /// <param name="traceIdField">The field or scope of them that holds the trace id.</param>
    /// <param name="measurements">Its measurements.</param>
    public MixedReports(LogCapture logs, string[] events, string traceIdField, IReadOnlyList<Measurement> measurements)
    {
        _all = logs.Lines.ToLookup(
            line => (string)(line.Fields.GetValueOrDefault(traceIdField) ?? line.Scope.GetValueOrDefault(traceIdField) ?? ""));
        var lines = logs.Lines.Where(line => events.Contains(line.Event.Name)).ToList();
        _lines = lines.ToLookup(
            line => (string)(line.Fields.GetValueOrDefault(traceIdField) ?? line.Scope.GetValueOrDefault(traceIdField) ?? ""));
        CountOfRenamed = lines.Count(
            line => line.Fields.TryGetValue("TraceId", out var own) && !_lines[own as string ?? ""].Contains(line));
        Logged = Totals(lines.Select(line => (MethodOf(line), Name(StatusOf(line)))));
        Measured = Totals(measurements.Select(measured =>
            ((string)measured.Tags["rpc.method"]!, ((string)measured.Tags["rpc.status_code"]!)
                .Replace("_", "", StringComparison.Ordinal))));
    }

    /// <summary>How many lines have another trace id of their own than the call that they belong to.</summary>
    public int CountOfRenamed { get; }

    /// <summary>How many of each method and status.</summary>
    public IReadOnlyList<string> Logged { get; }

    public IReadOnlyList<string> Measured { get; }

    /// <summary>How many lines there are of calls that are not in the plan.</summary>
    public int CountOfOthers(IEnumerable<MixedCall> calls) =>
        _lines.Select(line => line.Key).Except(calls.Select(call => call.TraceId)).Count();

    public int CountOf(MixedCall call) => _lines[call.TraceId].Count();

    public StatusCode? StatusOf(MixedCall call) => _lines[call.TraceId].FirstOrDefault() is { } line ? StatusOf(line) : null;

    /// <summary>All that was logged, for a test that failed.</summary>
    public string Describe(MixedCall call) => string.Join("; ", _all[call.TraceId].Select(line => $"{line.Message} {line.Exception}"));

    private static StatusCode StatusOf(LogLine line) => (StatusCode)line.Fields["Status"]!;

    /// <summary>As it is measured: names that a caller makes up make no series.</summary>
    private static string MethodOf(LogLine line) =>
        line.Event.Name == "UnhandledCallEnded" && line.Fields["Method"] is string name
            && name.EndsWith("/Missing", StringComparison.Ordinal)
            ? "_OTHER"
            : ((string)line.Fields["Method"]!).TrimStart('/');

    private static string Name(StatusCode status) => status.ToString().ToUpperInvariant();

    private static List<string> Totals(IEnumerable<(string Method, string Status)> calls) =>
        [.. calls.CountBy(call => call).Select(count => $"{count.Key.Method} {count.Key.Status}: {count.Value}")
            .Order(StringComparer.Ordinal)];
}
