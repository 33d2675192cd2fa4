using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class LimitReporter
{
    [LoggerMessage(2301, LogLevel.Warning,
        "Refused {Refused} calls since the last such line: the {Limit}'s limit is reached, last by {Method}",
        EventName = "CallsRefused")]
    private static partial void LogRefused(ILogger logger, string limit, string method, int refused);

    [LoggerMessage(2302, LogLevel.Error,
        "CallerKey failed for {Failed} calls since the last such line, last for {Method}. They share the limit of callers without a key",
        EventName = "CallerKeyFailed")]
    private static partial void LogCallerKeyFailed(ILogger logger, string method, int failed, Exception exception);
}
