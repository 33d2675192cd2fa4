using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class HealthConfigTests : IAsyncDisposable
{
    private const string Json = """{"healthCheckConfig":{"serviceName":"acme.Users"}}""";

    private readonly HealthDouble _health = new();
    private DiscoveredService? _service;

    public ValueTask DisposeAsync() => _service?.DisposeAsync() ?? default;

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.LeastRequest)]
    public async Task The_service_config_says_whose_health_is_asked_for_and_leaves_the_other_options_as_they_are(string policy)
    {
        var service = await StartAsync();
        var channel = service.Open(o =>
        {
            (o.LoadBalancingPolicy, o.ServiceConfig.Json) = (policy, Json);
            o.Balancing.Subset = new SubsetOptions { Size = 1 };
        });
        await service.ReachAsync(channel, service.Backends);

        Assert.Equal("acme.Users", Assert.Single(_health.Watches).Service);
        Assert.Equal(1, service.Endpoints("ready"));
    }

    [Fact]
    public async Task What_the_policy_itself_is_told_comes_first()
    {
        var service = await StartAsync();
        var channel = service.Open(o => o.ServiceConfig.Json =
            """{"healthCheckConfig":{"serviceName":"a"},"loadBalancingConfig":[{"round_robin":{"healthChecking":{"serviceName":"b"}}}]}""");
        await service.ReachAsync(channel, service.Backends);

        Assert.Equal("b", Assert.Single(_health.Watches).Service);
    }

    [Fact]
    public async Task Picking_the_first_asks_for_no_health()
    {
        var service = await StartAsync();
        var channel = service.Open(o => (o.LoadBalancingPolicy, o.ServiceConfig.Json) = (LoadBalancingPolicies.PickFirst, Json));
        await service.ReachAsync(channel, service.Backends);

        Assert.Empty(_health.Watches);
    }

    [Fact]
    public async Task A_part_that_the_policy_is_not_told_of_is_that_of_the_channels_options()
    {
        _health.Set(HealthDouble.NotServing);
        var service = await StartAsync();
        var other = await service.StartServerAsync();
        var channel = service.Open(o =>
        {
            o.ServiceConfig.Json = """{"loadBalancingConfig":[{"round_robin":{"slowStart":{}}}]}""";
            o.Balancing.HealthChecking = new HealthCheckingOptions();
        });
        await service.ReachAsync(channel, other);

        await Eventually.True(() => service.Endpoints("failing") == 1, "the one that is not healthy is left out");
    }

    [Fact]
    public async Task Under_tls_it_is_asked_over_the_connection_of_the_calls_too()
    {
        using var certificates = new EtcdCertificates();
        await using var server = await ChannelServer.StartAsync(certificates);
        await using var factory = DiscoveryChannelFactory.Create();
        var channel = factory.CreateChannel($"static:///{server.Address}", o =>
        {
            o.Tls.CaFile = certificates.CaFile;
            o.Balancing.HealthChecking = new HealthCheckingOptions();
        });

        // The server has no health service; were the question not understood, it would not be taken for healthy.
        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest());

        Assert.Equal(1, server.Connections);
    }

    private async Task<DiscoveredService> StartAsync()
    {
        _service = await DiscoveredService.StartAsync("memory", etcd: null);
        await _service.StartServerAsync(configure: _health.Add);
        return _service;
    }
}
