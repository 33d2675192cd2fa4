using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class ResponseLimiter
{
    [LoggerMessage(
        2006, LogLevel.Warning,
        "The trailer {Key} of {Method} was not sent: a text trailer must be printable ASCII, "
            + "and content-type and content-length are reserved, trace id {TraceId}",
        EventName = "TrailerDropped")]
    private static partial void LogTrailerDropped(ILogger logger, string key, string method, string? traceId);

    [LoggerMessage(
        2008, LogLevel.Warning,
        "The trailer {Key} of {Method} was not sent: with its {Bytes} bytes the trailers are larger than {Limit} "
            + "(RecoveryOptions.MaxTrailerBytes), trace id {TraceId}",
        EventName = "TrailerTooLarge")]
    private static partial void LogTrailerTooLarge(ILogger logger, string key, string method, int bytes, int limit, string? traceId);
}
