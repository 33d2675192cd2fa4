namespace Interceptors.Discovery.Tests;

public sealed class WeightedRoundRobinTests
{
    [Fact]
    public async Task Servers_get_calls_as_their_registered_weights_say()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.WeightedRoundRobin);
        await service.StartAsync("light", weight: 1);
        await service.StartAsync("middle", weight: 2);
        await service.StartAsync("heavy", weight: 7);
        await service.TellAndReachAsync();

        var share = await service.ShareAsync(1000);

        // The bound is 3 + 3.52 ln 1000 = 28; see WeightedSetTests.
        Assert.InRange(share["light"], 72, 128);
        Assert.InRange(share["middle"], 172, 228);
        Assert.InRange(share["heavy"], 672, 728);
    }

    [Fact]
    public async Task Another_weight_moves_calls_and_reconnects_nothing()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.WeightedRoundRobin);
        await service.StartAsync("a", weight: 1);
        await service.StartAsync("b", weight: 9);
        await service.TellAndReachAsync();

        (service["a"].Weight, service["b"].Weight) = (9, 1);
        service.Tell();
        var share = await service.ShareAsync(500);

        // The bound is 3 + 3.52 ln 500 = 25.
        Assert.InRange(share["a"], 425, 475);
        Assert.Single(service["a"].Connections);
        Assert.Single(service["b"].Connections);
    }

    [Fact]
    public async Task Weights_follow_servers_that_join_and_leave()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.WeightedRoundRobin);
        await service.StartAsync("a", weight: 100);
        await service.StartAsync("b", weight: 300);
        await service.StartAsync("c", weight: 100);
        await service.TellAndReachAsync("a", "b");
        await service.TellAndReachAsync("b", "c");

        var share = await service.ShareAsync(400);

        // The bound is 3 + 3.52 ln 400 = 25.
        Assert.Equal(0, share["a"]);
        Assert.InRange(share["b"], 275, 325);
    }
}
