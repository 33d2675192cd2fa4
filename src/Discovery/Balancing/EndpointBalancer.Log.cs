using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointBalancer
{
    [LoggerMessage(3610, LogLevel.Error, "The configuration of {Policy} is refused, so calls fail: {Problem}")]
    private static partial void LogRefusedAtStart(ILogger logger, string policy, string problem);

    [LoggerMessage(3611, LogLevel.Error, "A new configuration of {Policy} is refused, the old one stays: {Problem}")]
    private static partial void LogRefused(ILogger logger, string policy, string problem);

    [LoggerMessage(3612, LogLevel.Information, "Health of endpoint {Endpoint}: {Health}")]
    private static partial void LogHealth(ILogger logger, BalancedEndpoint endpoint, string health);
}
