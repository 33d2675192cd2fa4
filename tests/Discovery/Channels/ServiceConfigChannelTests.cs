using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;

namespace Interceptors.Discovery.Tests;

public sealed class ServiceConfigChannelTests : IAsyncLifetime
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly DiscoveryChannelFactory _factory;
    private Backends _backends = null!;

    public ServiceConfigChannelTests() => _factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));

    public async ValueTask InitializeAsync() => _backends = await Backends.StartAsync(_registry, 1);

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _backends.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_of_the_factory_follows_its_service_config()
    {
        var channel = _factory.CreateChannel("memory:///user", o => o.ServiceConfig.Json = Configured.Retries(3));
        await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RpcException>(() => new Probe.ProbeClient(channel.CreateCallInvoker())
            .UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }).ResponseAsync);
        Assert.Equal(3, _backends.All[0].Calls);
        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    [Fact]
    public void Channels_with_other_configs_are_others()
    {
        var one = Create("{}");

        Assert.Same(one, Create("{}"));
        Assert.NotSame(one, Create("{ }"));
        Assert.NotSame(one, _factory.CreateChannel("memory:///user").Handler);

        DiscoveryHandler Create(string json) => _factory.CreateChannel("memory:///user", o => o.ServiceConfig.Json = json).Handler;
    }

    [Theory]
    [InlineData("{]", null, "DiscoveryChannelOptions.ServiceConfig.Json is no service config that can be used: $ is not JSON")]
    [InlineData("{}", "f", "DiscoveryChannelOptions.ServiceConfig.File and Json are both set. Set one of them.")]
    public void What_is_wrong_is_an_error_when_the_channel_is_made(string json, string? file, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => _factory.CreateChannel(
            "memory:///user", o => (o.ServiceConfig.Json, o.ServiceConfig.File) = (json, file)));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_config_can_be_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ServiceConfig:EtcdKey", "/k"), new("ServiceConfig:WaitForEtcd", "true")]).Build();
        var options = configuration.Get<DiscoveryChannelOptions>()!;

        Assert.Equal("/k", options.ServiceConfig.EtcdKey);
        Assert.True(options.ServiceConfig.WaitForEtcd);
    }
}
