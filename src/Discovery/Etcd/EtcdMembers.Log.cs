using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EtcdMembers
{
    [LoggerMessage(3040, LogLevel.Warning,
        "{Member} ended the connection because of too many pings; it is pinged every {Seconds} s from now on", EventName = "PingedLess")]
    private static partial void LogPingedLess(ILogger logger, EtcdMember member, double seconds);
}
