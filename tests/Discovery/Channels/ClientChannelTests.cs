using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Interceptors.Discovery.Tests;

/// <summary>The channel behind a client that is injected.</summary>
public sealed class ClientChannelTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task The_channel_of_an_injected_client_can_be_waited_for()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        await using var services = new ServiceCollection()
            .AddInMemoryDiscovery(_registry)
            .AddDiscoveryClient<Probe.ProbeClient>("memory:///user").Services
            .AddDiscoveryClient<Probe.ProbeClient>("memory:///nobody", name: "nobody").Services
            .AddSingleton<Greeting>()
            .BuildServiceProvider();

        var channel = services.GetRequiredService<Greeting>().Channel;
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ConnectivityState.Ready, channel.State);
        var nobody = services.GetRequiredKeyedService<DiscoveryChannel>("nobody");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => nobody.ConnectAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Contains("memory:///nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hosted_service_can_call_until_it_has_stopped_and_then_the_connections_are_closed()
    {
        await using var server = await ChannelServer.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddDiscoveryClient<Probe.ProbeClient>(server.Address).Services.AddHostedService<CallsWhenItStops>();
        using (var host = builder.Build())
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            await host.StopAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, server.Connections);
        }

        await Eventually.True(() => server.Connections == 0, "the connection is closed");
    }

    private sealed class CallsWhenItStops(Probe.ProbeClient client) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) =>
            client.UnaryAsync(new ProbeRequest(), cancellationToken: cancellationToken).ResponseAsync;
    }

    private sealed class Greeting([FromKeyedServices(typeof(Probe.ProbeClient))] DiscoveryChannel channel)
    {
        public DiscoveryChannel Channel => channel;
    }
}
