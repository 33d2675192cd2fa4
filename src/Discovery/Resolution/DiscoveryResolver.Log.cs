using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class DiscoveryResolver
{
    [LoggerMessage(3300, LogLevel.Information, "A channel to service {Service} now uses: {Resolution}")]
    private static partial void LogTold(ILogger logger, string service, Resolution resolution);

    [LoggerMessage(3301, LogLevel.Error, "The endpoint source of service {Service} failed; the channel keeps what it has")]
    private static partial void LogSourceFailed(ILogger logger, Exception exception, string service);

    [LoggerMessage(3302, LogLevel.Error, "The channel to service {Service} did not take its endpoints over")]
    private static partial void LogListenerFailed(ILogger logger, Exception exception, string service);
}
