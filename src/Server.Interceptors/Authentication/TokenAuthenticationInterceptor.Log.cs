using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

public sealed partial class TokenAuthenticationInterceptor
{
    [LoggerMessage(2201, LogLevel.Information, "Refused {Method} for its access token: {Reason}, peer {Peer}, trace id {TraceId}",
        EventName = "TokenRefused")]
    private partial void LogRefused(string method, string reason, string peer, string? traceId);

    [LoggerMessage(2202, LogLevel.Debug, "{Method} needs no access token, and the one sent is ignored: {Reason}, peer {Peer}, trace id {TraceId}",
        EventName = "TokenIgnored")]
    private partial void LogIgnored(string method, string reason, string peer, string? traceId);

    [LoggerMessage(2203, LogLevel.Error,
        "Access tokens can't be verified, since {Method}: {Reason}, trace id {TraceId}. Until that changes, calls that need one end with Unavailable",
        EventName = "TokenVerificationFailing")]
    private partial void LogFailing(string method, string reason, string? traceId);

    [LoggerMessage(2204, LogLevel.Information, "Access tokens can be verified again", EventName = "TokenVerificationRecovered")]
    private partial void LogRecovered();
}
