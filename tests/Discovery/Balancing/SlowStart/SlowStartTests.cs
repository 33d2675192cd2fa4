namespace Interceptors.Discovery.Tests;

public sealed class SlowStartTests
{
    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    public async Task A_server_that_joins_gets_a_share_that_grows_to_the_full_one(string policy)
    {
        var time = new StepTime();
        await using var service = new BalancedService(
            policy, new Dictionary<string, object> { ["slowStart"] = new Dictionary<string, object> { ["window"] = "30s" } }, time);
        await service.StartAsync("a");
        await service.StartAsync("b");
        await service.StartAsync("new");
        await service.TellAndReachAsync("a", "b");
        // The first list is not new: equal shares from the start. The bound is 3 + 3.52 ln 400 = 25.
        Assert.InRange((await service.ShareAsync(400))["a"], 175, 225);

        await service.TellAndReachAsync();
        // 10 % of a full share: 0.1 of 2.1.
        Assert.InRange((await service.ShareAsync(420))["new"], 0, 45);
        time.Advance(TimeSpan.FromSeconds(15));
        // 0.5 of 2.5.
        Assert.InRange((await service.ShareAsync(500))["new"], 75, 125);
        time.Advance(TimeSpan.FromSeconds(16));
        // A third.
        Assert.InRange((await service.ShareAsync(600))["new"], 174, 226);
    }
}
