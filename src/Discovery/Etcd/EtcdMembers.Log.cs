using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EtcdMembers
{
    [LoggerMessage(3040, LogLevel.Warning,
        "{Member} allows fewer pings and has ended the connection; it is pinged every {Seconds} s from now on", EventName = "PingedLess")]
    private static partial void LogPingedLess(ILogger logger, EtcdMember member, double seconds);
}
