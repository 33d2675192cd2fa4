using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class HostedRegistration
{
    [LoggerMessage(4010, LogLevel.Information, "Service {Service} is being taken out of the registry: {Reason}", EventName = "Withdrawing")]
    private static partial void LogWithdrawing(ILogger logger, string service, UnregisteredReasons reason);

    [LoggerMessage(4011, LogLevel.Information, "Service {Service} is being registered again", EventName = "Returning")]
    private static partial void LogReturning(ILogger logger, string service);

    [LoggerMessage(4012, LogLevel.Information,
        "What clients know about service {Service} is being changed: weight, zone, version, tags or metadata", EventName = "Changing")]
    private static partial void LogChanging(ILogger logger, string service);
}
