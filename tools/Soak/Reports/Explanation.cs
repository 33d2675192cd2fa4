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

    /// <summary>
    /// It was sent to the server after that, and refused. One such call for each client would do to know; there are hundreds if
    /// a client has reconnected while the dying process, whose connections are reset one by one, still accepted: Grpc.Net.Client
    /// (2.85.0) then holds the subchannel for ready although each attempt to connect it anew fails, until the server is back.
    /// </summary>
    Refused,
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
            // Once the server is back, and the list with it, nothing is to be refused.
            if (IsRefusedBy(kill.Address, call) && call.Started <= (fault.End ?? TimeSpan.MaxValue))
                return Explanation.Refused;
            if (call.Started <= kill.Done + SeenWithin && call.Ended <= kill.Done + 2 * SeenWithin)
                return Explanation.Broken;
        }

        return Explanation.None;
    }

    /// <summary>Which fault was in force, for a call that nothing explains.</summary>
    public static string Circumstances(FailedCall call, IReadOnlyList<FaultRecord> faults) =>
        faults.LastOrDefault(fault => fault.IsInForce(call.Started, call.Ended))?.Name ?? "no fault was in force";

    private static bool IsRefusedBy(string address, FailedCall call) =>
        call.Status.Detail.Contains($"Connection refused ({address})", StringComparison.Ordinal);
}
