using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;

namespace Interceptors.Soak.Reports;

/// <summary>
/// Why a call failed. One cause is accepted: its connection was open to a server that was killed at that moment, which no client
/// can prevent without retries. Nothing else is, whichever fault was in force.
/// </summary>
internal static class Explanation
{
    // A call that begins right after the end of the server's process fails as well, until the client has seen its connection break.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromMilliseconds(250);

    public const string Killed = "on a connection to a server at the moment at which it was killed (SIGKILL)";

    public static bool IsExplained(FailedCall call, IReadOnlyList<FaultRecord> faults) => faults.Any(fault =>
        fault.Kill is { } kill && call.Started <= kill.Done + SeenWithin && call.Ended >= kill.Sent && call.Ended <= kill.Done + 2 * SeenWithin);

    /// <summary>How long after the end of a killed server the last call began that failed for it.</summary>
    public static TimeSpan LastAfterKill(IEnumerable<FailedCall> explained, IReadOnlyList<FaultRecord> faults) =>
        explained.Select(call => call.Started - faults.Last(fault => fault.Kill?.Sent <= call.Ended).Kill!.Value.Done)
            .Append(TimeSpan.Zero).Max();

    /// <summary>Which fault was in force, for a call that nothing explains.</summary>
    public static string Circumstances(FailedCall call, IReadOnlyList<FaultRecord> faults) =>
        faults.LastOrDefault(fault => fault.IsInForce(call.Started, call.Ended))?.Name ?? "no fault was in force";
}
