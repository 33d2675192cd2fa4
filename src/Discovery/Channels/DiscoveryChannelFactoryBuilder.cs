using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Says how a <see cref="DiscoveryChannelFactory"/> without a service container works.</summary>
public sealed class DiscoveryChannelFactoryBuilder
{
    internal DiscoveryChannelFactoryBuilder() => Services.AddDiscoveryChannels();

    internal ServiceCollection Services { get; } = [];

    /// <summary>Resolves <c>etcd:///service</c> with an etcd cluster.</summary>
    /// <param name="endpoints">One or more client addresses, separated by commas: <c>http://127.0.0.1:2379</c>.</param>
    /// <param name="configure">Sets other options.</param>
    /// <param name="cluster">The name of the cluster in targets: <c>etcd://name/service</c>. Default: empty, for
    /// <c>etcd:///service</c>.</param>
    /// <returns>This builder.</returns>
    public DiscoveryChannelFactoryBuilder UseEtcd(string endpoints, Action<EtcdOptions>? configure = null, string cluster = "")
    {
        Services.AddEtcdDiscovery(endpoints, configure, cluster);
        return this;
    }

    /// <summary>Resolves <c>memory:///service</c> with a registry in this process.</summary>
    /// <param name="registry">The registry that the servers register in.</param>
    /// <returns>This builder.</returns>
    public DiscoveryChannelFactoryBuilder UseInMemory(InMemoryServiceRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Services.AddInMemoryDiscovery(registry);
        return this;
    }

    /// <summary>Resolves <c>scheme:///service</c> with a source of one's own, which is disposed with the factory.</summary>
    /// <param name="scheme">What its targets start with, for example <c>consul</c>.</param>
    /// <param name="source">The source.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The scheme is none, or one that has a meaning already.</exception>
    public DiscoveryChannelFactoryBuilder UseEndpointSource(string scheme, IEndpointSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Services.AddEndpointSource(scheme, _ => source);
        return this;
    }

    /// <summary>Logs to a logger factory, which is not disposed with the channel factory. Default: nowhere.</summary>
    /// <param name="loggerFactory">Where to log to.</param>
    /// <returns>This builder.</returns>
    public DiscoveryChannelFactoryBuilder UseLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        Services.AddSingleton(loggerFactory);
        return this;
    }

    /// <summary>Sets options for all channels of the factory.</summary>
    /// <param name="configure">Sets them.</param>
    /// <returns>This builder.</returns>
    public DiscoveryChannelFactoryBuilder ConfigureChannels(Action<DiscoveryChannelOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }
}
