using Grpc.Core;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;

namespace Interceptors.Soak.Reports;

/// <summary>Why a call failed. Only the killing of a server explains a failure, which no client can prevent without retries.</summary>
internal enum Explanation
{
    /// <summary>Nothing explains it, whichever fault was in force.</summary>
    None,

    /// <summary>Its connection was open to the server when that was killed.</summary>
    Broken,
}

internal static class Explanations
{
    // Until a client on a busy machine has seen that its connection is broken.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromMilliseconds(250);

    public static Explanation Of(FailedCall call, IReadOnlyList<FaultRecord> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.Kill is not { } kill || call.Status.StatusCode != StatusCode.Unavailable || call.Ended < kill.Sent)
                continue;
            // One that was refused has not been sent, and is to go to another server.
            if (WasRefused(call))
                continue;
            if (call.Started <= kill.Done + SeenWithin && call.Ended <= kill.Done + 2 * SeenWithin)
                return Explanation.Broken;
        }

        return Explanation.None;
    }

    /// <summary>Which fault was in force, for a call that nothing explains.</summary>
    public static string Circumstances(FailedCall call, IReadOnlyList<FaultRecord> faults) =>
        faults.LastOrDefault(fault => fault.IsInForce(call.Started, call.Ended))?.Name ?? "no fault was in force";

    private static bool WasRefused(FailedCall call) => call.Status.Detail.Contains("Connection refused", StringComparison.Ordinal);
}
