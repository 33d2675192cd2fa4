using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

internal sealed partial class TokenCache
{
    [LoggerMessage(1211, LogLevel.Warning, "{Source} has no new token: {Reason}", EventName = "TokenFetchFailed")]
    private static partial void LogFailed(ILogger logger, string source, string reason);

    [LoggerMessage(1212, LogLevel.Information, "{Source} has a new token again", EventName = "TokenFetchRecovered")]
    private static partial void LogRecovered(ILogger logger, string source);
}
