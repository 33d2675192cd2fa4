using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class RecoveryInterceptor
{
    [LoggerMessage(2001, LogLevel.Error, "The handler of {Method} failed, trace id {TraceId}", EventName = "HandlerFailed")]
    private partial void LogFailed(string method, string? traceId, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "The handler of {Method} ended because the call was cancelled, trace id {TraceId}",
        EventName = "HandlerCancelled")]
    private partial void LogCancelled(string method, string? traceId, Exception exception);
}
