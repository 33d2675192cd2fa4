using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

internal sealed partial class LimitReports
{
    [LoggerMessage(2301, LogLevel.Warning,
        "Calls are refused: the {Limit}'s limit is reached, last by {Method}; {Refused} refused since the last such line",
        EventName = "CallsRefused")]
    private partial void LogRefused(string limit, string method, int refused);

    [LoggerMessage(2302, LogLevel.Error,
        "The caller's key of a call of {Method} could not be told, so it counts with those who have none; {Failed} such calls since "
            + "the last such line",
        EventName = "CallerKeyFailed")]
    private partial void LogCallerKeyFailed(string method, int failed, Exception exception);
}
