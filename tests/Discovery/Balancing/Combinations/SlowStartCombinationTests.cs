namespace Interceptors.Discovery.Tests;

public sealed class SlowStartCombinationTests
{
    private static readonly string[] Warm = ["a", "b"];

    public static TheoryData<string, bool> Zoned => Combinations.With(false, true);

    [Theory]
    [MemberData(nameof(Zoned))]
    public async Task One_that_joins_gets_a_growing_share_of_the_calls_of_its_zone(string policy, bool isZoned)
    {
        await using var service = new CombinedService(policy, new BalancingOptions
        {
            SlowStart = new SlowStartOptions { Window = TimeSpan.FromSeconds(30), MinWeightPercent = 10 },
            Zone = isZoned ? new ZoneOptions { Local = CombinedService.Own } : null,
        });
        foreach (var name in Warm)
            await service.StartAsync(name, weight: 100, CombinedService.Own);
        // Without zones it would be one of all.
        string[] others = isZoned ? [.. Warm, "far"] : Warm;
        if (isZoned)
            await service.StartAsync("far", weight: 100, CombinedService.Other);
        await service.StartAsync("new", weight: 200, CombinedService.Own);
        await service.TellAsync(ready: others.Length, others);
        await service.TellAsync(ready: others.Length + 1);

        await WarmsUpAsync(service, policy, warmth: 0.1);
        service.Time.Advance(TimeSpan.FromSeconds(15));
        await WarmsUpAsync(service, policy, warmth: 0.5);
        service.Time.Advance(TimeSpan.FromSeconds(16));
        await WarmsUpAsync(service, policy, warmth: 1);
    }

    private static async Task WarmsUpAsync(CombinedService service, string policy, double warmth)
    {
        const int Calls = 1000;
        var expected = policy switch
        {
            LoadBalancingPolicies.WeightedRoundRobin => 2 * warmth / ((2 * warmth) + Warm.Length),
            // As warm as it is, it takes part in one call of as many as there are servers.
            LoadBalancingPolicies.LeastRequest => warmth / (Warm.Length + 1),
            _ => warmth / (warmth + Warm.Length),
        };

        var share = await service.Balanced.ShareAsync(Calls);

        Assert.Equal(0, share.GetValueOrDefault("far"));
        var bound = Deviation.Of(policy, new BalancingOptions { SlowStart = new SlowStartOptions() }, Calls, expected);
        Assert.InRange(share["new"] - (Calls * expected), -bound, bound);
        Assert.InRange(share["new"], 1, Calls);
    }
}
