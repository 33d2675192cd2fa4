using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>What a channel to a fixed list stands on, under a service config that can change.</summary>
internal sealed class ConfiguredService : IDisposable
{
    private readonly ServiceConfigFollower _config;
    private readonly DiscoveryHandler _handler;
    private readonly ConfiguredChannels _channels;
    private int _opened;

    public ConfiguredService(string addresses, ServiceConfigOptions options, ILogger logger, MeterCapture? meters, EtcdClient? etcd)
    {
        var start = new ServiceConfigStarts(ServiceConfigReader.Default, cluster => cluster.Length == 0 ? etcd : null).Find(options);
        var choice = start.Document.BalancingOr(LoadBalancingPolicies.RoundRobin);
        var balancer = new EndpointBalancer(choice.Policy, choice.Configuration, new BalancingContext
        {
            Transport = new EndpointTransport(
                new ConnectionSettings(new DiscoveryChannelOptions(), isSecure: false), TimeProvider.System, logger),
        });
        _config = new ServiceConfigFollower(
            "static:///backend", start, ServiceConfigReader.Default,
            document => balancer.Configure(
                document.BalancingOr(LoadBalancingPolicies.RoundRobin).Policy, document.BalancingOr("").Configuration),
            new ServiceConfigMetrics(meters), logger);
        _handler = new DiscoveryHandler(
            balancer, new DiscoveryResolver(
                new StaticEndpointSource(), addresses, new DiscoveryResolverOptions(), logger));
        _channels = new ConfiguredChannels(_config, config =>
        {
            _opened++;
            return GrpcChannel.ForAddress("http://backend", new GrpcChannelOptions { HttpHandler = _handler, ServiceConfig = config });
        });
    }

    public ConnectivityState State => _handler.State;

    public CallInvoker Invoker => _channels.Invoker;

    /// <summary>How many GrpcChannels have been made.</summary>
    public int Opened => _opened;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _config.Answered.WaitAsync(cancellationToken);
        await _handler.ConnectAsync(cancellationToken);
    }

    public void Dispose()
    {
        _config.Dispose();
        _channels.Dispose();
        _handler.Dispose();
    }
}
