using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class FollowedOptions
{
    [LoggerMessage(4030, LogLevel.Warning,
        "The changed configuration of service {Service} is refused, and the one before stays in force: {Reason}",
        EventName = "ChangeRefused")]
    private static partial void LogRefused(ILogger logger, string service, string reason);

    [LoggerMessage(4031, LogLevel.Error,
        "The changed configuration of service {Service} could not be applied",
        EventName = "ChangeFailed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string service);
}
