using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class DiscoveryResolver
{
    [LoggerMessage(3300, LogLevel.Information, "A channel to service {Service} now uses: {Resolution}", EventName = "ResolutionChanged")]
    private static partial void LogTold(ILogger logger, string service, Resolution resolution);

    [LoggerMessage(3305, LogLevel.Warning, "A channel to service {Service} has no endpoint: {Reason}", EventName = "NoEndpoint")]
    private static partial void LogNone(ILogger logger, string service, string reason);

    [LoggerMessage(3301, LogLevel.Error,
        "The endpoint source of service {Service} failed; the channel keeps its endpoints",
        EventName = "SourceFailed")]
    private static partial void LogSourceFailed(ILogger logger, Exception exception, string service);

    [LoggerMessage(3302, LogLevel.Error,
        "The channel to service {Service} could not apply its new endpoints",
        EventName = "ResolutionNotApplied")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception, string service);

    [LoggerMessage(3303, LogLevel.Warning,
        "Many endpoints of service {Service} left its list at once. {Held} of them are held for a while, in case it is a mistake",
        EventName = "RemovalHeld")]
    private static partial void LogHeld(ILogger logger, string service, int held);

    [LoggerMessage(3304, LogLevel.Information,
        "No endpoint of service {Service} is held any more",
        EventName = "RemovalHoldEnded")]
    private static partial void LogHoldEnded(ILogger logger, string service);
}
