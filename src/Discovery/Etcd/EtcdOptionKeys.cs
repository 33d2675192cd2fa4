namespace Interceptors.Discovery;

/// <summary>The keys of <see cref="EtcdOptions"/> in configuration.</summary>
internal static class EtcdOptionKeys
{
    public static OptionKeys All { get; } = OptionKeys.Of<EtcdOptions>(
        OptionKeys.Of<EtcdServiceOptions>(), OptionKeys.Of<EtcdTlsOptions>());
}
