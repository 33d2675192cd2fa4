using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class IdleConnectionTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task The_connection_to_an_endpoint_that_has_left_the_list_is_closed_once_it_is_idle()
    {
        await using var staying = await ChannelServer.StartAsync();
        await using var leaving = await ChannelServer.StartAsync();
        _registry.Register(Instance(staying));
        var registration = _registry.Register(Instance(leaving));
        await using var factory = DiscoveryChannelFactory.Create(o => o
            .UseInMemory(_registry)
            .ConfigureChannels(c => c.IdleConnectionTimeout = TimeSpan.FromSeconds(1)));
        var client = factory.CreateClient<Probe.ProbeClient>("memory:///user");
        while (leaving.Calls == 0 || staying.Calls == 0)
            await client.UnaryAsync(new ProbeRequest());
        await registration.DisposeAsync();

        await Eventually.True(() => leaving.Connections == 0, "its connection is closed");
        await client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => staying.Connections == 1, "there is one to the other");
    }

    private static ServiceInstance Instance(ChannelServer server) => new("user", DiscoveryEndpoint.Parse(server.Address));
}
