using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class InspectTests
{
    [Fact]
    public async Task A_channel_shows_its_endpoints_and_counts_calls_once_told_to()
    {
        await using var alive = await Backend.StartAsync();
        var dead = LoopbackPorts.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var discovery = DiscoveryChannelFactory.Create();
        Assert.Empty(discovery.Inspect());
        using var channel = discovery.CreateChannel($"static:///{alive.Address},127.0.0.1:{dead}");
        Assert.Equal(ConnectivityState.Idle, Assert.Single(discovery.Inspect()).State);
        var client = new Probe.ProbeClient(channel.CreateCallInvoker());

        await client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => Find(discovery, dead).Condition == EndpointCondition.Failing, "the dead one is failing");
        Assert.NotNull(Find(discovery, dead).Problem);
        var before = Find(discovery, alive.Address);
        Assert.Equal((EndpointCondition.Ready, null, null), (before.Condition, before.Problem, before.Calls));

        discovery.CountCalls();
        await client.UnaryAsync(new ProbeRequest());
        using (var running = client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang }))
        {
            await Eventually.True(() => Find(discovery, alive.Address).InFlight == 1, "the call is seen while it runs");
            Assert.Equal(1, Find(discovery, alive.Address).Calls!.Calls);
        }

        await Eventually.True(() => Find(discovery, alive.Address).InFlight == 0, "the call has ended");
        Assert.Equal(1, Find(discovery, alive.Address).Calls!.Calls);
    }

    private static EndpointInspection Find(DiscoveryChannelFactory discovery, string address) =>
        discovery.Inspect().Single().Endpoints.Single(e => e.Endpoint.Address.EndsWith(address, StringComparison.Ordinal));
}
