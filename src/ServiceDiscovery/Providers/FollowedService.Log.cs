using Microsoft.Extensions.Logging;

namespace Interceptors.ServiceDiscovery;

internal sealed partial class FollowedService
{
    [LoggerMessage(5001, LogLevel.Debug, "Service {Service} has {Count} endpoints", EventName = "EndpointsChanged")]
    private static partial void LogChanged(ILogger logger, string service, int count);

    [LoggerMessage(
        5002, LogLevel.Warning, "The registry has not answered for service {Service} within {Timeout}; other providers are asked",
        EventName = "RegistryNoAnswer")]
    private static partial void LogNoAnswer(ILogger logger, string service, TimeSpan timeout);

    [LoggerMessage(5003, LogLevel.Error, "The source of service {Service} failed; it is asked again", EventName = "EndpointSourceFailed")]
    private static partial void LogSourceFailed(ILogger logger, string service, Exception exception);

    [LoggerMessage(5004, LogLevel.Error,
        "A listener to changes of service {Service} threw an exception", EventName = "ChangeListenerFailed")]
    private static partial void LogListenerFailed(ILogger logger, string service, Exception exception);
}
