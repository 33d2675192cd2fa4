using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

internal sealed partial class ReadinessWatch
{
    [LoggerMessage(4020, LogLevel.Debug,
        "The health checks that decide about service {Service} gave no result, which counts as unhealthy", EventName = "ReadinessUnknown")]
    private static partial void LogCheckFailed(ILogger logger, Exception exception, string service);

    [LoggerMessage(4021, LogLevel.Error,
        "Service {Service} could not be taken out of the registry, or registered again; the next health check tries again",
        EventName = "ReadinessNotApplied")]
    private static partial void LogChangeFailed(ILogger logger, Exception exception, string service);
}
