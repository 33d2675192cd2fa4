using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class TokenAuthenticationInterceptor
{
    [LoggerMessage(2201, LogLevel.Information, "Refused {Method} for its access token: {Reason}, peer {Peer}, trace id {TraceId}",
        EventName = "TokenRefused")]
    private static partial void LogRefused(ILogger logger, string method, string reason, string peer, string? traceId);

    [LoggerMessage(2202, LogLevel.Debug,
        "Ignored an invalid access token for {Method}, which needs none: {Reason}, peer {Peer}, trace id {TraceId}",
        EventName = "TokenIgnored")]
    private static partial void LogIgnored(ILogger logger, string method, string reason, string peer, string? traceId);

    [LoggerMessage(2203, LogLevel.Error,
        "Token verifier failed, first for {Method}: {Reason}, trace id {TraceId}. "
            + "Calls that need a token end with Unavailable until it recovers",
        EventName = "TokenVerificationFailing")]
    private static partial void LogFailing(ILogger logger, string method, string reason, string? traceId);

    [LoggerMessage(2204, LogLevel.Information, "Token verifier recovered", EventName = "TokenVerificationRecovered")]
    private static partial void LogRecovered(ILogger logger);
}
