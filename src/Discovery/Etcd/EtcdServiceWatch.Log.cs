using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EtcdServiceWatch
{
    [LoggerMessage(3000, LogLevel.Information,
        "Service {Service} is followed in etcd; it has {Endpoints} under {Prefix}", EventName = "ServiceFollowed")]
    private static partial void LogFollowed(ILogger logger, string service, string endpoints, string prefix);

    [LoggerMessage(3001, LogLevel.Warning,
        "Service {Service} can't be followed, and {LastKnown}: {Reason}", EventName = "ServiceLost")]
    private static partial void LogLost(ILogger logger, string service, string lastKnown, string reason);

    [LoggerMessage(3002, LogLevel.Debug,
        "Service {Service} still can't be followed: {Reason}", EventName = "ServiceStillLost")]
    private static partial void LogStillLost(ILogger logger, string service, string reason);

    [LoggerMessage(3003, LogLevel.Information,
        "Service {Service} is followed in etcd again after {Seconds:F1} s; it has {Endpoints}", EventName = "ServiceRecovered")]
    private static partial void LogRecovered(ILogger logger, string service, string endpoints, double seconds);

    [LoggerMessage(3004, LogLevel.Warning,
        "Service {Service}: its list in etcd differs from that of the watch in {Count} keys, one of them {Key}. The list in etcd is used",
        EventName = "ListDiffers")]
    private static partial void LogDifferences(ILogger logger, string service, int count, string key);
}
