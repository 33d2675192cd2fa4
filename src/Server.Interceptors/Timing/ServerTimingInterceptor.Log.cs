using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class ServerTimingInterceptor
{
    [LoggerMessage(
        2102, LogLevel.Debug, "Handling {Method} ({Kind}), peer {Peer}, deadline {Deadline:O}, trace id {TraceId}", EventName = "CallStarted")]
    private partial void LogStarted(string method, MethodType kind, string peer, DateTime? deadline, string? traceId);

    [LoggerMessage(
        EventId = 2101,
        EventName = "CallEnded",
        Message = "Handled {Method} ({Kind}): {Status} in {ElapsedMilliseconds:0.000} ms, received {Received}, sent {Sent}, peer {Peer}, "
            + "started {Started:O}, deadline {Deadline:O}, trace id {TraceId}, detail {Detail}")]
    private partial void LogEnded(
        LogLevel level, string method, MethodType kind, StatusCode status, double elapsedMilliseconds, int received, int sent, string peer,
        DateTime started, DateTime? deadline, string? traceId, string detail);

    /// <summary>The same event with one more field, which only who asks for it finds in the line.</summary>
    private static partial class OfPrincipal
    {
        [LoggerMessage(
            EventId = 2101,
            EventName = "CallEnded",
            Message = "Handled {Method} ({Kind}) of {Principal}: {Status} in {ElapsedMilliseconds:0.000} ms, received {Received}, sent {Sent}, "
                + "peer {Peer}, started {Started:O}, deadline {Deadline:O}, trace id {TraceId}, detail {Detail}")]
        public static partial void LogEnded(
            ILogger logger, LogLevel level, string method, MethodType kind, string? principal, StatusCode status, double elapsedMilliseconds,
            int received, int sent, string peer, DateTime started, DateTime? deadline, string? traceId, string detail);
    }
}
