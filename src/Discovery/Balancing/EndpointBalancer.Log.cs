using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointBalancer
{
    [LoggerMessage(3611, LogLevel.Error,
        "A new configuration of {Policy} is refused, the old one stays: {Problem}",
        EventName = "BalancingRefused")]
    private static partial void LogRefused(ILogger logger, string policy, string problem);

    [LoggerMessage(3612, LogLevel.Information, "Health of endpoint {Endpoint}: {Health}", EventName = "EndpointHealth")]
    private static partial void LogHealth(ILogger logger, BalancedEndpoint endpoint, string health);

    [LoggerMessage(3613, LogLevel.Warning,
        "Endpoint {Problem}. Connecting is retried until the endpoint leaves the list", EventName = "EndpointFailing")]
    private static partial void LogFailing(ILogger logger, string problem);

    [LoggerMessage(3614, LogLevel.Warning, "Target {Target}: {Problem}", EventName = "EndpointsLeftOut")]
    private static partial void LogLeftOut(ILogger logger, string target, string problem);
}
