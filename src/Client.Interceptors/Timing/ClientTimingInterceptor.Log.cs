using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class ClientTimingInterceptor
{
    [LoggerMessage(
        1102, LogLevel.Debug, "Calling {Method} ({Kind}), deadline {Deadline:O}, trace id {TraceId}", EventName = "CallStarted")]
    private partial void LogStarted(string method, MethodType kind, DateTime? deadline, string? traceId);

    [LoggerMessage(
        EventId = 1101,
        EventName = "CallEnded",
        Message = "Called {Method} ({Kind}): {Status} in {ElapsedMilliseconds:0.000} ms, sent {Sent}, received {Received}, "
            + "started {Started:O}, deadline {Deadline:O}, trace id {TraceId}, detail {Detail}")]
    private partial void LogCall(
        LogLevel level, string method, MethodType kind, StatusCode status, double elapsedMilliseconds, int sent, int received,
        DateTime started, DateTime? deadline, string? traceId, string detail);
}
