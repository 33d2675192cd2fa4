using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>What the sources that fetch tokens have to say. The reasons hold no secrets.</summary>
internal static partial class TokenSourceLog
{
    /// <summary>Says it once when it begins and once when it ends.</summary>
    public static void Report(this ILogger logger, string source, string? failure)
    {
        if (failure is null)
            logger.Recovered(source);
        else
            logger.Failed(source, failure);
    }

    [LoggerMessage(1211, LogLevel.Warning, "{Source} has no new token: {Reason}", EventName = "TokenFetchFailed")]
    private static partial void Failed(this ILogger logger, string source, string reason);

    [LoggerMessage(1212, LogLevel.Information, "{Source} has a new token again", EventName = "TokenFetchRecovered")]
    private static partial void Recovered(this ILogger logger, string source);
}
