using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class RegistrationHostedService
{
    [LoggerMessage(4000, LogLevel.Information,
        "Calls are accepted for another {DrainMilliseconds} ms, so that clients see that this server leaves", EventName = "Draining")]
    private static partial void LogDraining(ILogger logger, double drainMilliseconds);

    [LoggerMessage(4001, LogLevel.Error,
        "Service {Service} is not registered: the server listens on no TCP port", EventName = "NothingToRegister")]
    private static partial void LogNothingToRegister(ILogger logger, string service);

    [LoggerMessage(4002, LogLevel.Error, "A callback on IDrainState.Draining failed; the server goes on stopping",
        EventName = "DrainingCallbackFailed")]
    private static partial void LogDrainingFailed(ILogger logger, Exception exception);
}
