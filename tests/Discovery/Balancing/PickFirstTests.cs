namespace Interceptors.Discovery.Tests;

public sealed class PickFirstTests
{
    private static readonly Dictionary<string, object> Shuffling = new() { ["shuffleAddressList"] = true };

    [Fact]
    [Trait("case", "discovery 19")]
    public async Task Shuffling_gives_each_process_an_order_of_its_own_which_stays()
    {
        var backends = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Backend.StartAsync()));
        string[] addresses = [.. backends.Select(b => b.Address)];

        var firsts = new List<string>();
        for (var seed = 1UL; seed <= 8; seed++)
        {
            firsts.Add(await FirstAsync(seed));
            Assert.Equal(firsts[^1], await FirstAsync(seed));
        }

        Assert.InRange(firsts.Distinct().Count(), 2, 4);
        foreach (var backend in backends)
            await backend.DisposeAsync();

        async Task<string> FirstAsync(ulong seed)
        {
            await using var service = new BalancedService(LoadBalancingPolicies.PickFirst, Shuffling, seed: seed);
            service.TellAddresses(addresses);
            await service.CallAsync(5);
            // The list in another order changes nothing.
            service.TellAddresses([.. addresses.Reverse()]);
            await service.CallAsync(5);
            return Assert.Single(service.Answered.Keys);
        }
    }
}
