using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class LivePolicyTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly string _key = $"/config/{Guid.NewGuid():n}";

    [Fact]
    public async Task Policies_that_follow_each_other_in_a_key_under_load_fail_no_call_and_a_broken_one_changes_nothing()
    {
        await using var service = await DiscoveredService.StartAsync("etcd", shared.Etcd, 100, 100, 100);
        var channel = service.Open(o => o.ServiceConfig.EtcdKey = _key);
        await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);
        var versions = new[]
        {
            """{"least_request":{"choiceCount":3}}""", """{"weighted_round_robin":{"slowStart":{}}}""", """{"pick_first":{}}""",
            """{"least_request":{}}""", """{"round_robin":{"subset":{"size":1}}}""",
        };
        await using (var load = new Load(channel.CreateCallInvoker()))
        {
            for (var i = 0; i < versions.Length; i++)
            {
                await PutAsync(versions[i]);
                await Eventually.True(() => service.Logs.Named("ServiceConfigApplied").Count == i + 1, $"{versions[i]} is applied");
                await load.MoreAsync(100);
            }

            await PutAsync("""{"round_robin":{"subset":{"size":0}}}""");
            await Eventually.True(() => service.Logs.Named("ServiceConfigRefused").Count == 1, "the broken one is refused");
            await load.MoreAsync(100);
            load.AssertNoFailures();
        }

        Assert.Equal([0, 0, 30], (await service.ShareAsync(channel, 30)).Order());
        Assert.Contains(
            "$.loadBalancingConfig[0].round_robin.subset.size is 0. Give a number of endpoints, at least 1.",
            service.Logs.Named("ServiceConfigRefused")[0].Message, StringComparison.Ordinal);
        var refused = service.Meters.Of(
            ServiceConfigMetrics.Updates).Where(m => (string?)m.Tags[ServiceConfigMetrics.Outcome] == "refused");
        Assert.Equal(1, Assert.Single(refused).Value);
    }

    private Task<string> PutAsync(string policy) => shared.Etcd.CtlAsync("put", _key, $$"""{"loadBalancingConfig":[{{policy}}]}""");
}
