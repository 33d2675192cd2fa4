using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class RegistrationHostedService
{
    [LoggerMessage(3200, LogLevel.Information, "Deregistered; accepting calls for another {DrainMilliseconds} ms so that clients see it")]
    private static partial void LogDraining(ILogger logger, double drainMilliseconds);

    [LoggerMessage(3201, LogLevel.Error, "Service {Service} is not registered: the server listens on no TCP port")]
    private static partial void LogNothingToRegister(ILogger logger, string service);
}
