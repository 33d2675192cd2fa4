using Microsoft.Extensions.Logging;

namespace Interceptors.ServiceDiscovery;

internal sealed partial class ServiceDiscoveryEndpointSource
{
    [LoggerMessage(5101, LogLevel.Warning, "Service {Service} can't be resolved; the last endpoints stay in use: {Reason}",
        EventName = "ServiceUnresolved")]
    private static partial void LogUnresolved(ILogger logger, string service, string reason);

    [LoggerMessage(5102, LogLevel.Information, "Service {Service} is resolved again", EventName = "ServiceResolved")]
    private static partial void LogResolved(ILogger logger, string service);
}
