using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class UnseenCalls
{
    [LoggerMessage(
        EventId = 2351,
        EventName = "UnseenCallEnded",
        Message = "Answered {Method} without its handler: {Status} (HTTP {HttpStatus}) in {ElapsedMilliseconds:0.000} ms, peer {Peer}, "
            + "started {Started:O}")]
    private partial void LogCall(
        LogLevel level, string method, StatusCode status, int httpStatus, double elapsedMilliseconds, string? peer, DateTime started);
}
