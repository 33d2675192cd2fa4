using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointPlacement
{
    [LoggerMessage(3600, LogLevel.Warning,
        "Endpoint {Endpoint} is ejected: {Reason}; {Remaining} left that can take calls",
        EventName = "EndpointEjected")]
    private static partial void LogEjected(ILogger logger, BalancedEndpoint endpoint, string reason, string remaining);

    [LoggerMessage(3601, LogLevel.Information, "Endpoint {Endpoint} is no longer ejected", EventName = "EndpointRestored")]
    private static partial void LogRestored(ILogger logger, BalancedEndpoint endpoint);
}
