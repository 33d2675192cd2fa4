using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

internal static class EtcdOptionsFor
{
    /// <summary>Options for a test: a prefix of its own, and short waits.</summary>
    public static EtcdOptions Options(this EtcdProcess etcd, Action<EtcdOptions>? configure = null)
    {
        var options = new EtcdOptions { Endpoints = { etcd.Endpoint }, Prefix = $"/test/{Guid.NewGuid():n}/" };
        Quick(options);
        configure?.Invoke(options);
        return options;
    }

    public static void Quick(EtcdOptions options)
    {
        options.RetryDelay = TimeSpan.FromMilliseconds(20);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(200);
    }
}
