using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class OutlierEjectionTests
{
    private readonly StepTime _time = new();

    [Fact]
    public async Task A_server_that_fails_every_call_is_left_out_at_once_and_let_back_after_it_heals()
    {
        await using var service = await StartAsync(5, ("consecutiveErrors", 3));
        service["0"].Fail(StatusCode.Unavailable);

        Assert.Equal(3, (await service.ShareAsync(100))["0"]);
        Assert.Contains(service.Logs.Lines, e => e.Event.Id == 3600);

        service["0"].Heal();
        // 30 s, looked at every 10 s.
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, (await service.ShareAsync(20))["0"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, (await service.ShareAsync(100))["0"]);
    }

    [Fact]
    public async Task One_that_fails_again_is_left_out_for_longer_each_time()
    {
        await using var service = await StartAsync(5, ("consecutiveErrors", 3));
        service["0"].Fail(StatusCode.Unavailable);
        await service.CallAsync(50);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(3, (await service.ShareAsync(50))["0"]);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(0, (await service.ShareAsync(50))["0"]);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, (await service.ShareAsync(50))["0"]);
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.Aborted)]
    public async Task An_answer_is_no_fault_of_the_server_that_gives_it(StatusCode code)
    {
        await using var service = await StartAsync(2, ("consecutiveErrors", 1), ("maxEjectionPercent", 100));
        service["0"].Fail(code);

        Assert.Equal(20, (await service.ShareAsync(40))["0"]);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_left_out()
    {
        await using var service = await StartAsync(2, ("consecutiveErrors", 1));
        service["0"].OnCall = context => Task.Delay(Timeout.Infinite, context.CancellationToken);

        await Eventually.True(() => TimesOut(service), "a call meets the server that hangs");

        Assert.Equal(0, (await service.ShareAsync(20))["0"]);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(40, 2)]
    [InlineData(100, 4)]
    [InlineData(0, 0)]
    public async Task Not_more_than_a_share_of_the_servers_is_left_out_and_never_the_last_one(int percent, int expected)
    {
        await using var service = await StartAsync(5, ("consecutiveErrors", 2), ("maxEjectionPercent", percent));
        for (var i = 0; i < 5; i++)
            service[$"{i}"].Fail(StatusCode.Internal);
        await service.CallAsync(50);

        Assert.Equal(expected, (await service.ShareAsync(50)).Values.Count(calls => calls == 0));
    }

    [Fact]
    public async Task All_are_let_back_when_the_last_good_one_goes()
    {
        await using var service = await StartAsync(2, ("consecutiveErrors", 2));
        service["0"].Fail(StatusCode.Internal);
        await service.CallAsync(20);
        Assert.Equal(0, (await service.ShareAsync(10))["0"]);

        service.Tell("0");

        Assert.Equal(10, (await service.ShareAsync(10))["0"]);
    }

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.LeastRequest)]
    [Trait("case", "discovery 21")]
    public async Task All_of_several_are_let_back_when_the_last_good_ones_go(string policy)
    {
        await using var service = await StartAsync(4, policy, ("consecutiveErrors", 2), ("maxEjectionPercent", 50));
        service["0"].Fail(StatusCode.Internal);
        service["1"].Fail(StatusCode.Internal);
        await service.CallAsync(100);
        Assert.Equal(2, service.Endpoints("ejected"));
        service["0"].Heal();
        service["1"].Heal();

        service.Tell("0", "1");

        Assert.Equal((2, 0), (service.Endpoints("ready"), service.Endpoints("ejected")));
        Assert.All((await service.ShareAsync(100)).Where(s => s.Key is "0" or "1"), s => Assert.InRange(s.Value, 20, 80));
    }

    [Theory]
    [InlineData("0", LoadBalancingPolicies.RoundRobin)]
    [InlineData("1", LoadBalancingPolicies.RoundRobin)]
    [InlineData("0", LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData("1", LoadBalancingPolicies.LeastRequest)]
    [Trait("case", "discovery 21")]
    public async Task Of_those_let_back_the_one_that_is_still_bad_is_left_out_again(string bad, string policy)
    {
        await using var service = await StartAsync(4, policy, ("consecutiveErrors", 2), ("maxEjectionPercent", 50));
        service["0"].Fail(StatusCode.Internal);
        service["1"].Fail(StatusCode.Internal);
        await service.CallAsync(100);
        var well = bad == "0" ? "1" : "0";
        service[well].Heal();

        service.Tell("0", "1");

        await service.CallAsync(20);
        Assert.Equal(50, (await service.ShareAsync(50))[well]);
    }

    [Fact]
    [Trait("case", "discovery 23")]
    public async Task Each_ejection_lasts_one_base_time_longer_up_to_the_longest_and_each_quiet_interval_takes_one_off()
    {
        await using var service = await StartAsync(5, ("consecutiveErrors", 1), ("maxEjectionTime", "70s"));

        Assert.Equal(30, await EjectAsync(service));
        Assert.Equal(60, await EjectAsync(service));
        Assert.Equal(70, await EjectAsync(service));
        // Of three, two are forgotten.
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(60, await EjectAsync(service));
        for (var interval = 0; interval < 2; interval++)
            _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(30, await EjectAsync(service));
    }

    [Fact]
    [Trait("case", "discovery 23")]
    public async Task A_call_that_was_not_sent_says_nothing_of_the_server()
    {
        using var bad = new BadPeer(Misbehaviour.GoesAway);
        await using var service = new BalancedService(
            LoadBalancingPolicies.RoundRobin, new Dictionary<string, object>
            {
                ["outlierEjection"] = new Dictionary<string, object> { ["consecutiveErrors"] = 1, ["maxEjectionPercent"] = 100 },
            },
            _time);
        var good = await service.StartAsync("good");
        service.TellAddresses(bad.Address, good.Backend.Address);

        await Eventually.True(() => bad.Connections > 3 || Call(), "it goes away again and again");

        Assert.Empty(service.Logs.Named("EndpointEjected"));

        bool Call()
        {
            service.Client.Unary(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound);
            return false;
        }
    }

    /// <summary>Lets server 0 be ejected, and says how many seconds that lasts; it is let back at the next look after its time.</summary>
    private async Task<int> EjectAsync(BalancedService service)
    {
        service["0"].Fail(StatusCode.Internal);
        await service.CallAsync(10);
        Assert.Equal(1, service.Endpoints("ejected"));
        service["0"].Heal();
        for (var seconds = 5; ; seconds += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            if (service.Endpoints("ejected") == 0)
                return seconds;
        }
    }

    [Fact]
    public async Task One_whose_rate_of_success_is_far_below_that_of_the_others_is_left_out_at_the_next_look()
    {
        await using var service = await StartAsync(
            5, ("consecutiveErrors", 0), ("successRate", new Dictionary<string, object> { ["requestVolume"] = 20 }));
        service["0"].FailEachSecond(StatusCode.Internal);
        Assert.Equal(40, (await service.ShareAsync(200))["0"]);

        _time.Advance(TimeSpan.FromSeconds(10));

        // Rates 1, 1, 1, 1, ½: mean 0.9, deviation 0.2, so the limit is 0.9 − 1.9 · 0.2 = 0.52.
        Assert.Equal(0, (await service.ShareAsync(40))["0"]);
    }

    [Fact]
    public async Task One_whose_calls_fail_more_often_than_a_limit_is_left_out_at_the_next_look()
    {
        await using var service = await StartAsync(
            5, ("consecutiveErrors", 0),
            ("failurePercentage", new Dictionary<string, object> { ["threshold"] = 40, ["requestVolume"] = 20 }));
        service["0"].FailEachSecond(StatusCode.Internal);
        Assert.Equal(40, (await service.ShareAsync(200))["0"]);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, (await service.ShareAsync(40))["0"]);
    }

    [Theory]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.LeastRequest)]
    public async Task It_works_with_every_policy(string policy)
    {
        await using var service = await StartAsync(3, policy, ("consecutiveErrors", 2));
        service["0"].Fail(StatusCode.Unavailable);
        await service.CallAsync(100);

        Assert.Equal(0, (await service.ShareAsync(100))["0"]);
    }

    private static bool TimesOut(BalancedService service)
    {
        try
        {
            service.Client.Unary(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(300));
            return false;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
        {
            return true;
        }
    }

    private Task<BalancedService> StartAsync(int servers, params (string Name, object Value)[] outlierEjection) =>
        StartAsync(servers, LoadBalancingPolicies.RoundRobin, outlierEjection);

    private async Task<BalancedService> StartAsync(int servers, string policy, params (string Name, object Value)[] outlierEjection)
    {
        var service = new BalancedService(
            policy, new Dictionary<string, object> { ["outlierEjection"] = outlierEjection.ToDictionary(o => o.Name, o => o.Value) },
            _time);
        for (var i = 0; i < servers; i++)
            await service.StartAsync($"{i}");
        await service.TellAndReachAsync();
        return service;
    }
}
