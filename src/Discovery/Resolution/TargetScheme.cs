namespace Interceptors.Discovery;

internal static class TargetScheme
{
    public const string Etcd = "etcd";
    public const string Memory = "memory";
    public const string Static = "static";
    public const string Dns = "dns";
    public const string Unix = "unix";

    public static bool IsKnown(string scheme) => scheme is Etcd or Memory or Static or Dns or Unix;
}
