using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class LiveConfigurationTests
{
    [Fact]
    public async Task A_new_configuration_counts_from_the_next_call_on_and_reconnects_nothing()
    {
        await using var service = await StartAsync(LoadBalancingPolicies.RoundRobin);
        service["a"].Fail(StatusCode.Unavailable);
        Assert.Equal(10, (await service.ShareAsync(30))["a"]);

        Configure(
            service, LoadBalancingPolicies.RoundRobin, ("outlierEjection", new Dictionary<string, object> { ["consecutiveErrors"] = 1 }));
        await service.CallAsync(10);

        Assert.Equal(0, (await service.ShareAsync(30))["a"]);
        Assert.Single(service["b"].Connections);
    }

    [Fact]
    public async Task A_broken_one_is_refused_and_logged_and_the_old_one_stays()
    {
        await using var service = await StartAsync(LoadBalancingPolicies.RoundRobin);

        Configure(service, LoadBalancingPolicies.RoundRobin, ("subset", new Dictionary<string, object> { ["size"] = 0 }));

        Assert.Equal([10, 10, 10], (await service.ShareAsync(30)).Values);
        var line = Assert.Single(service.Logs.Lines, e => e.Event.Id == 3611);
        Assert.Contains("round_robin.subset.size is 0", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_first_one_fails_calls_with_what_is_wrong()
    {
        await using var service = new BalancedService(
            LoadBalancingPolicies.LeastRequest, new Dictionary<string, object> { ["choiceCount"] = 99 });
        await service.StartAsync("a");
        service.Tell();

        var error = await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new()).ResponseAsync);

        Assert.Equal("least_request.choiceCount is 99. Give a number of endpoints from 2 to 10.", error.Status.Detail);
    }

    [Fact]
    public async Task Health_checking_can_be_switched_on_and_off()
    {
        var health = new HealthDouble();
        health.Set(HealthDouble.NotServing);
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("watched", configure: health.Add);
        await service.StartAsync("other");
        await service.TellAndReachAsync();

        Configure(service, LoadBalancingPolicies.RoundRobin, ("healthChecking", new Dictionary<string, object>()));
        await Eventually.True(() => { service.Client.Unary(new()); return health.Watches.Count == 1; }, "health is asked for");
        await service.ReachAsync([service["other"]]);
        Assert.Equal(0, (await service.ShareAsync(20))["watched"]);

        Configure(service, LoadBalancingPolicies.RoundRobin, ("choiceCount", 2));
        await service.ReachAsync([service["watched"]]);
    }

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.LeastRequest)]
    [InlineData(LoadBalancingPolicies.LeastRequest, LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.PickFirst, LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.PickFirst)]
    public async Task Another_policy_takes_over_under_load_without_a_failed_call(string before, string after)
    {
        var health = new HealthDouble();
        await using var service = new BalancedService(before);
        await service.StartAsync("a", configure: health.Add);
        await service.StartAsync("b");
        service.Tell();
        await service.CallAsync(1);

        var load = new Load(service.Channel.CreateCallInvoker());
        await load.MoreAsync(50);
        Configure(service, after, ("healthChecking", new Dictionary<string, object>()));
        await Eventually.True(() =>
            after == LoadBalancingPolicies.PickFirst || health.Watches.Count == 1, "the new policy asks for health");
        await load.MoreAsync(200);
        for (var i = 0; i < 20; i++)
        {
            service.Tell("a");
            service.Tell("a", "b");
        }

        await load.MoreAsync(200);
        await load.DisposeAsync();
        load.AssertNoFailures();
    }

    private static async Task<BalancedService> StartAsync(string policy)
    {
        var service = new BalancedService(policy);
        foreach (var name in new[] { "a", "b", "c" })
            await service.StartAsync(name);
        await service.TellAndReachAsync();
        return service;
    }

    private static void Configure(BalancedService service, string policy, params (string Name, object Value)[] values) =>
        service.Balancer.Configure(policy, values.ToDictionary(v => v.Name, v => v.Value));
}
