using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class TimingInterceptor
{
    [LoggerMessage(
        EventId = 2101,
        EventName = "CallEnded",
        Message = "Handled {Method} ({Kind}): {Status} in {ElapsedMilliseconds:0.000} ms, peer {Peer}, "
            + "started {Started:O}, deadline {Deadline:O}, trace id {TraceId}, detail {Detail}")]
    private partial void LogCall(
        LogLevel level, string method, MethodType kind, StatusCode status, double elapsedMilliseconds, string peer,
        DateTime started, DateTime? deadline, string? traceId, string detail);
}
