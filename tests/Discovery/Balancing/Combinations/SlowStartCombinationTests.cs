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
        const int Held = 83;
        var weight = policy == LoadBalancingPolicies.WeightedRoundRobin ? 2 * warmth : warmth;
        var expected = weight / (weight + Warm.Length);
        var isLeast = policy == LoadBalancingPolicies.LeastRequest;

        var share = isLeast ? await service.HeldAsync(Held) : await service.Balanced.ShareAsync(Calls);

        Assert.Equal(0, share.GetValueOrDefault("far"));
        if (!isLeast)
        {
            Assert.InRange(share["new"] - (Calls * expected), -Deviation.OfSteps(Calls), Deviation.OfSteps(Calls));
            return;
        }

        // Each call goes where (calls + 1) ÷ warmth is least. So of any two, calls of the one ÷ its warmth <= (calls of the other + 1) ÷
        // that one's warmth, and summed over all: the one that is new has from (n + 1) · p - 1 to (n + 2) · p of n calls, p its share.
        Assert.InRange(share["new"], (int)Math.Floor(((Held + 1) * expected) - 1), (int)Math.Ceiling((Held + 2) * expected));
    }
}
