using System.Diagnostics.Metrics;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>
/// Counts what could not join an outgoing call, and logs it: a line for each reason and interval, since what the cause repeats with each
/// call is the caller's to choose.
/// </summary>
internal sealed partial class LeftOutReports(TraceMetadataOptions options, ILogger logger, TimeProvider time, IMeterFactory? meterFactory)
{
    private readonly Counter<long> _entries = ProcessMeters.Get(RpcTelemetry.ClientMeter, meterFactory).CreateCounter<long>(
        RpcTelemetry.LeftOutMetadata, "{entry}", "Entries of incoming metadata that could not join an outgoing gRPC call.");

    private readonly LogThrottle _overCaps = new(time);
    private readonly LogThrottle _notCarried = new(time);
    private readonly LogThrottle _repeated = new(time);

    public void Report(string method, LeftOutMetadata leftOut)
    {
        if (leftOut.Total == 0)
            return;
        if (IsLineDue(leftOut.OverCaps, "over_caps", _overCaps, out var count))
            LogOverCaps(logger, count, method, options.MaxJoinedEntries, options.MaxJoinedBytes);
        if (IsLineDue(leftOut.NotCarried, "not_carried", _notCarried, out count))
            LogNotCarried(logger, count, method);
        if (IsLineDue(leftOut.RepeatedBinary, "repeated_binary", _repeated, out count))
            LogRepeated(logger, count, method);
    }

    private bool IsLineDue(int entries, string reason, LogThrottle lines, out int count)
    {
        count = 0;
        if (entries == 0)
            return false;
        if (_entries.Enabled)
            _entries.Add(entries, new(RpcTelemetry.System, RpcTelemetry.SystemGrpc), new(RpcTelemetry.LeftOutReason, reason));
        return lines.IsLineDue(out count, entries);
    }
}
