using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointPlacement
{
    [LoggerMessage(3600, LogLevel.Warning,
        "Endpoint {Endpoint} is ejected: {Reason}; {Remaining} endpoints take calls",
        EventName = "EndpointEjected")]
    private static partial void LogEjected(ILogger logger, BalancedEndpoint endpoint, string reason, int remaining);

    [LoggerMessage(3601, LogLevel.Information, "Endpoint {Endpoint} is no longer ejected", EventName = "EndpointRestored")]
    private static partial void LogRestored(ILogger logger, BalancedEndpoint endpoint);
}
