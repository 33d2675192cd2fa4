using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

public sealed partial class EtcdServiceRegistry
{
    [LoggerMessage(3111, LogLevel.Warning,
        "{Instance} is registered with a loopback address, which only this machine can call, in an etcd on another machine. "
        + "Give ServiceRegistrationOptions.AdvertisedHost, or bind the server to an address that other machines can call",
        EventName = "LoopbackRegistered")]
    private static partial void LogLoopback(ILogger logger, ServiceInstance instance);
}
