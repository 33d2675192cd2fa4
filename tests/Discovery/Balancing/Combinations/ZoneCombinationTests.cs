namespace Interceptors.Discovery.Tests;

public sealed class ZoneCombinationTests
{
    private static readonly string[] Local = ["a", "b", "c"];
    private static readonly string[] Far = ["x", "y"];

    public static TheoryData<string, Ailment> Ailing => Combinations.Ailing;

    [Theory]
    [MemberData(nameof(Ailing))]
    public async Task Calls_leave_the_zone_as_far_as_its_servers_are_ill_and_return_when_they_are_well(string policy, Ailment ailment)
    {
        await using var service = new CombinedService(
            policy, CombinedService.PartFor(ailment) with { Zone = new ZoneOptions { Local = CombinedService.Own } });
        await service.StartAsync("a", weight: 100, CombinedService.Own);
        await service.StartAsync("b", weight: 200, CombinedService.Own);
        await service.StartAsync("c", weight: 300, CombinedService.Own);
        await service.StartAsync("x", weight: 100, CombinedService.Other);
        await service.StartAsync("y", weight: 300);
        await service.TellAsync(ready: 5);
        await service.SharesAsync(300, Local);

        await service.FallIllAsync("a", ailment);
        // Two of three can take calls: 2/3 · 140 % = 93 % stay.
        await OverflowsAsync(service, 600, 0.9333, "b", "c");
        await service.FallIllAsync("b", ailment);
        await OverflowsAsync(service, 600, 0.4667, "c");
        await service.FallIllAsync("c", ailment);
        await service.SharesAsync(300, Far);

        await service.GetWellAsync(Local);
        await service.SharesAsync(300, Local);
    }

    private static async Task OverflowsAsync(CombinedService service, int calls, double stays, params string[] well)
    {
        var share = await service.Balanced.ShareAsync(calls);
        var local = service.Shares(share, well);
        Assert.Equal(calls, local + service.Shares(share, Far));
        Assert.InRange(local - (calls * stays), -Deviation.OfSteps(calls), Deviation.OfSteps(calls));
    }
}
