using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class ServiceConfigFollower
{
    [LoggerMessage(3500, LogLevel.Information,
        "{Target}: the service config from {Source} is in force from the next call on",
        EventName = "ServiceConfigApplied")]
    private static partial void LogApplied(ILogger logger, string target, string source);

    [LoggerMessage(3501, LogLevel.Warning,
        "{Target}: the service config from {Source} is refused, and the one before stays in force: {Reason}",
        EventName = "ServiceConfigRefused")]
    private static partial void LogRefused(ILogger logger, string target, string source, string reason);

    [LoggerMessage(3502, LogLevel.Warning,
        "{Target}: no service config can be read from {Source}, and the one in force stays: {Reason}",
        EventName = "ServiceConfigAway")]
    private static partial void LogAway(ILogger logger, string target, string source, string reason);

    [LoggerMessage(3504, LogLevel.Warning,
        "{Target}: in the service config from {Source}, {Ignored}",
        EventName = "ServiceConfigFieldIgnored")]
    private static partial void LogIgnored(ILogger logger, string target, string source, string ignored);

    [LoggerMessage(3503, LogLevel.Information,
        "{Target}: the service config can be read from {Source} again",
        EventName = "ServiceConfigBack")]
    private static partial void LogBack(ILogger logger, string target, string source);
}
