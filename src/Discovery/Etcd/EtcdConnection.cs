using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal static class EtcdConnection
{
    public static EtcdClient Open(EtcdOptions options, ILoggerFactory? loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(options);
        EtcdOptionsValidator.ThrowIfInvalid(options);
        return new EtcdClient(options, loggerFactory);
    }
}
