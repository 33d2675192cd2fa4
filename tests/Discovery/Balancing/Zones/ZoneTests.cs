namespace Interceptors.Discovery.Tests;

public sealed class ZoneTests
{
    [Fact]
    public async Task Calls_stay_in_the_zone_while_its_servers_are_up()
    {
        await using var service = await StartAsync("own", "own", "other", "other");

        var share = await service.ShareAsync(100);

        Assert.Equal([50, 50, 0, 0], share.Values);
    }

    [Fact]
    public async Task They_overflow_as_far_as_its_servers_are_down_and_all_of_them_when_none_is_left()
    {
        await using var service = await StartAsync("own", "own", "other");
        await service["0"].Backend.StopAsync();
        await SettleAsync(service);

        var share = await service.ShareAsync(1000);

        // One of two can take calls: 1/2 · 140 % = 70 % stay. The bound is 3 + 3.52 ln 1000 = 28; see WeightedSetTests.
        Assert.InRange(share["1"], 672, 728);
        await service["1"].Backend.StopAsync();
        await SettleAsync(service);
        Assert.Equal(100, (await service.ShareAsync(100))["2"]);
    }

    [Fact]
    public async Task Zones_do_not_count_below_the_least_number_of_endpoints()
    {
        await using var service = await StartAsync(minEndpoints: 2, "own", "other", "other");

        var share = await service.ShareAsync(300);

        // 1/3 each. The bound of the own zone's share is 3 + 3.52 ln 300 = 23.
        Assert.InRange(share["0"], 77, 123);
    }

    [Fact]
    public async Task A_server_that_is_said_to_be_in_another_zone_moves_without_a_new_connection()
    {
        await using var service = await StartAsync("own", "other");
        service["0"].Zone = "other";
        service["1"].Zone = "own";
        // Neither may have been called before it is known to be connected.
        service.Tell();
        await service.ReachAsync([service["1"]]);

        Assert.Equal(100, (await service.ShareAsync(100))["1"]);
        Assert.InRange(service["0"].Connections.Count, 0, 1);
        Assert.Single(service["1"].Connections);
    }

    private static Task<BalancedService> StartAsync(params string[] zones) => StartAsync(minEndpoints: 1, zones);

    private static async Task<BalancedService> StartAsync(int minEndpoints, params string[] zones)
    {
        var service = new BalancedService(LoadBalancingPolicies.RoundRobin, new Dictionary<string, object>
        {
            ["zone"] = new Dictionary<string, object> { ["local"] = "own", ["minEndpoints"] = minEndpoints },
        });
        for (var i = 0; i < zones.Length; i++)
            await service.StartAsync($"{i}", zone: zones[i]);
        // First as if all were of the zone, so that each is called once it is connected.
        for (var i = 0; i < zones.Length; i++)
            service[$"{i}"].Zone = "own";
        await service.TellAndReachAsync();
        for (var i = 0; i < zones.Length; i++)
            service[$"{i}"].Zone = zones[i];
        service.Tell();
        return service;
    }

    /// <summary>Calls until the server that has stopped is known to be down: then calls don't fail for a while.</summary>
    private static async Task SettleAsync(BalancedService service)
    {
        for (var good = 0; good < 20;)
        {
            try
            {
                await service.CallAsync(1);
                good++;
            }
            catch (Grpc.Core.RpcException)
            {
                good = 0;
            }
        }

    }
}
