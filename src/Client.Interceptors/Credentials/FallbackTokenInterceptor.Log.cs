using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

public sealed partial class FallbackTokenInterceptor
{
    [LoggerMessage(1201, LogLevel.Warning,
        "No token can be had, since {Method}: {Reason}. Until that changes: {Action} (FallbackTokenOptions.OnFailure)",
        EventName = "TokenUnavailable")]
    private partial void LogUnavailable(string method, string reason, TokenFailureAction action);

    [LoggerMessage(1202, LogLevel.Information, "Tokens can be had again", EventName = "TokenAvailableAgain")]
    private partial void LogRecovered();

    [LoggerMessage(1203, LogLevel.Information, "The token of {Method} was refused and is dropped", EventName = "TokenRefused")]
    private partial void LogRefused(string method);
}
