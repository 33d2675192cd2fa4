using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

public sealed partial class EtcdServiceRegistry
{
    [LoggerMessage(3110, LogLevel.Warning,
        "{Instance} is registered without its {Lost}, which the format of its service in etcd does not carry: choose another as EtcdOptions.Format")]
    private static partial void LogLost(ILogger logger, ServiceInstance instance, string lost);
}
