using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointCache
{
    [LoggerMessage(3310, LogLevel.Warning,
        "The last known endpoints of service {Service} in {File} are not used: {Reason}", EventName = "CacheIgnored")]
    private static partial void LogIgnored(ILogger logger, string service, string file, string reason);

    [LoggerMessage(3311, LogLevel.Warning,
        "The registry of service {Service} does not answer; {Count} endpoints from {File} are used, "
        + "which it confirmed last at {Confirmed:O}",
        EventName = "CacheUsed")]
    private static partial void LogUsed(ILogger logger, string service, int count, string file, DateTimeOffset confirmed);

    [LoggerMessage(3312, LogLevel.Warning,
        "The endpoints of service {Service} can't be kept in {File}: {Reason}", EventName = "CacheNotWritten")]
    private static partial void LogNotWritten(ILogger logger, string service, string file, string reason);
}
