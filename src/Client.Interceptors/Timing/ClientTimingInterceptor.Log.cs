using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class ClientTimingInterceptor
{
    [LoggerMessage(
        1102, LogLevel.Debug, "Calling {Method} ({Kind}), deadline {Deadline:O}, trace id {TraceId}", EventName = "CallStarted")]
    private static partial void LogStarted(ILogger logger, string method, MethodType kind, DateTime? deadline, string? traceId);

    [LoggerMessage(
        EventId = 1101,
        EventName = "CallEnded",
        Message = "Called {Method} ({Kind}): {Status} in {ElapsedMilliseconds:0.000} ms, sent {Sent}, received {Received}, "
            + "started {Started:O}, deadline {Deadline:O}, trace id {TraceId}, detail {Detail}, explanation {Explanation}")]
    private static partial void LogCall(ILogger logger, LogLevel level, string method, MethodType kind, StatusCode status,
        double elapsedMilliseconds, int sent, int received,
        DateTime started, DateTime? deadline, string? traceId, string detail, string? explanation);
}
