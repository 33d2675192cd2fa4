using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class ServiceKeys
{
    [LoggerMessage(3010, LogLevel.Warning, "The value of key {Key} is skipped: {Problem}", EventName = "ValueSkipped")]
    private static partial void LogValueSkipped(ILogger logger, string key, string problem);

    [LoggerMessage(3011, LogLevel.Warning,
        "More than {Count} values of service {Service} can't be read. Further ones are counted, and not logged",
        EventName = "MoreValuesSkipped")]
    private static partial void LogMoreSkipped(ILogger logger, string service, int count);
}
