namespace Interceptors.Discovery.Tests;

public sealed class SubsetCombinationTests
{
    private static readonly string[] All = ["a", "b", "c", "d", "e", "f"];

    public static TheoryData<string, Ailment> Ailing => Combinations.Ailing;

    [Theory]
    [MemberData(nameof(Ailing))]
    public async Task The_rest_of_the_subset_takes_the_calls_of_one_that_is_ill_and_only_one_that_leaves_is_replaced(
        string policy, Ailment ailment)
    {
        await using var service = new CombinedService(
            policy, CombinedService.PartFor(ailment) with { Subset = new SubsetOptions { Size = 3 } });
        for (var i = 0; i < All.Length; i++)
            await service.StartAsync(All[i], weight: 100 * (i + 1));
        await service.TellAsync(ready: 3);
        var members = await service.ConnectedAsync(3);
        await service.SharesAsync(300, members);

        await service.FallIllAsync(members[0], ailment);
        await service.SharesAsync(300, members[1..]);
        await service.GetWellAsync(members[0]);
        await service.SharesAsync(300, members);
        await service.FallIllAsync(members[0], ailment);
        // It is not well, but a member: nobody was connected in its place.
        Assert.Equal(members, service.Connected);

        await service.TellAsync(ready: 3, [.. All.Except(members[..1])]);
        var joined = Assert.Single((await service.ConnectedAsync(4)).Except(members));
        await service.SharesAsync(300, [.. members[1..], joined]);
        Assert.Equal(4, service.Connected.Length);
        Assert.All(members[1..], name => Assert.Single(service[name].Connections));
    }
}
