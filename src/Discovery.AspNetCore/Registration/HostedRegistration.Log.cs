using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class HostedRegistration
{
    [LoggerMessage(3202, LogLevel.Information, "Service {Service} is being withdrawn from the registry: {Reason}")]
    private static partial void LogWithdrawing(ILogger logger, string service, Withdrawal reason);

    [LoggerMessage(3203, LogLevel.Information, "Service {Service} is being registered again")]
    private static partial void LogReturning(ILogger logger, string service);
}
