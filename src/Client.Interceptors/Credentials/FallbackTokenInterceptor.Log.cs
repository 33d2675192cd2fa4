using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class FallbackTokenInterceptor
{
    [LoggerMessage(1201, LogLevel.Warning,
        "No token for {Method}: {Reason}. Until the token source recovers: {Action} (FallbackTokenOptions.OnFailure)",
        EventName = "TokenUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string method, string reason, TokenFailureAction action);

    [LoggerMessage(1202, LogLevel.Information, "Token source recovered", EventName = "TokenAvailableAgain")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(1203, LogLevel.Information, "A server refused the token of {Method}; it is dropped", EventName = "TokenRefused")]
    private static partial void LogRefused(ILogger logger, string method);

    [LoggerMessage(1204, LogLevel.Warning,
        "{Method} was sent without its fallback token and refused: its channel seems to have no TLS. Use TLS, or allow plain text with "
        + "FallbackTokenOptions.AllowPlainText",
        EventName = "TokenIgnored")]
    private static partial void LogIgnored(ILogger logger, string method);
}
