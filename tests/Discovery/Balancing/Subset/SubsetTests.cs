namespace Interceptors.Discovery.Tests;

public sealed class SubsetTests
{
    [Fact]
    public async Task Only_so_many_servers_are_connected_and_one_that_leaves_is_replaced()
    {
        await using var service = new BalancedService(
            LoadBalancingPolicies.RoundRobin,
            new Dictionary<string, object> { ["subset"] = new Dictionary<string, object> { ["size"] = 2 } });
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names)
            await service.StartAsync(name);
        service.Tell();
        await service.CallAsync(50);
        var used = names.Where(n => service[n].Calls > 0).ToList();
        Assert.Equal(2, used.Count);

        service.Tell([.. names.Where(n => n != used[0])]);
        await service.CallAsync(50);

        Assert.InRange((await service.ShareAsync(50))[used[1]], 25, 25);
        Assert.Equal(3, names.Count(n => service[n].Calls > 0));
        Assert.Single(service[used[1]].Connections);
    }
}
