using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class ServiceKeys
{
    [LoggerMessage(3010, LogLevel.Warning, "The value of key {Key} is skipped: {Problem}", EventName = "ValueSkipped")]
    private static partial void LogValueSkipped(ILogger logger, string key, string problem);
}
