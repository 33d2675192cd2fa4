using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EndpointConnection
{
    [LoggerMessage(3700, LogLevel.Error,
        "Connecting to {Endpoint} failed unexpectedly; it is tried again",
        EventName = "ConnectingFailed")]
    private static partial void LogFailed(ILogger logger, Exception exception, EndpointConnection endpoint);
}
