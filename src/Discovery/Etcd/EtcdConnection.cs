namespace Interceptors.Discovery;

internal static class EtcdConnection
{
    public static EtcdClient Open(EtcdOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EtcdOptionsValidator.ThrowIfInvalid(options);
        return new EtcdClient(options);
    }
}
