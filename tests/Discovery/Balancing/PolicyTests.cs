using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Every policy over every kind of target, through channels as users make them.</summary>
public sealed class PolicyTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private static readonly string[] Changing = ["etcd", "memory"];
    private static readonly string[] Schemes = [.. Changing, "static"];

    public static TheoryData<string, string> Policies => Cross(LoadBalancingPolicies.All, Schemes);

    public static TheoryData<string, string> OurPolicies => Cross(BalancingPolicies.Names, Schemes);

    public static TheoryData<string, string> OurPoliciesWhereListsChange => Cross(BalancingPolicies.Names, Changing);

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Each_policy_spreads_calls_over_each_kind_of_target(string scheme, string policy)
    {
        await using var service = await StartAsync(scheme, 1, 2, 7);
        var channel = service.Open(o => o.LoadBalancingPolicy = policy);
        if (policy == LoadBalancingPolicies.PickFirst)
            await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);
        else
            await service.ReachAsync(channel, service.Backends);

        var share = await service.ShareAsync(channel, 300);

        switch (policy)
        {
            case LoadBalancingPolicies.PickFirst:
                Assert.Equal(300, share.Max());
                break;
            case LoadBalancingPolicies.RoundRobin:
                Assert.Equal([100, 100, 100], share);
                break;
            case LoadBalancingPolicies.WeightedRoundRobin:
                // The bound is 3 + 3.52 ln 300 = 23; see WeightedSetTests. A static target says no weights.
                int[] expected = scheme == "static" ? [100, 100, 100] : [30, 60, 210];
                Assert.All(share.Zip(expected), s => Assert.InRange(s.First - s.Second, -23, 23));
                break;
            default:
                // All are idle. Binomial, n = 300, p = 1/3: standard deviation 8.2, so 6 of them are 49.
                Assert.All(share, calls => Assert.InRange(calls, 51, 149));
                break;
        }
    }

    [Theory]
    [MemberData(nameof(OurPolicies))]
    public async Task Each_policy_takes_the_parts_from_the_options_of_the_channel(string scheme, string policy)
    {
        await using var service = await StartAsync(scheme, 100, 100, 100);
        var channel = service.Open(o =>
        {
            o.LoadBalancingPolicy = policy;
            o.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 1 };
        });

        await EjectsAsync(service, channel);
    }

    [Theory]
    [MemberData(nameof(OurPolicies))]
    public async Task Each_policy_takes_the_parts_from_the_service_config(string scheme, string policy)
    {
        await using var service = await StartAsync(scheme, 100, 100, 100);
        var channel = service.Open(o => o.ServiceConfig.Json =
            $$"""{"loadBalancingConfig":[{"{{policy}}":{"outlierEjection":{"consecutiveErrors":1} } }]}""");

        await EjectsAsync(service, channel);
    }

    [Theory]
    [MemberData(nameof(OurPoliciesWhereListsChange))]
    public async Task Servers_that_join_and_leave_under_load_fail_no_call(string scheme, string policy)
    {
        await using var service = await StartAsync(scheme, 100, 100);
        var channel = service.Open(o => o.LoadBalancingPolicy = policy);
        await service.ReachAsync(channel, service.Backends);
        await using var load = new Load(channel.CreateCallInvoker());

        var joined = await service.StartServerAsync();
        await Eventually.True(() => joined.Calls > 0, "the one that joined is called");
        await service.DeregisterAsync(0);
        await Eventually.True(() => service.Endpoints("ready") == 2, "the one that left is gone");
        var calls = service.Backends[0].Calls;
        await load.MoreAsync(100);

        // A call of each of four callers may have been under way to it.
        Assert.InRange(service.Backends[0].Calls - calls, 0, 4);
        load.AssertNoFailures();
    }

    /// <summary>One that fails is left out, which grpc-dotnet's own policies would not do; the metrics show it.</summary>
    private static async Task EjectsAsync(DiscoveredService service, DiscoveryChannel channel)
    {
        await service.ReachAsync(channel, service.Backends);
        await Eventually.True(() => service.Endpoints("ready") == 3, "all are ready");
        var failing = service.Backends[1];
        var count = failing.Observer.OnCall;
        failing.Observer.OnCall = async context =>
        {
            await count(context);
            throw new RpcException(new Status(StatusCode.Internal, BalancedService.Server.ToldToFail));
        };
        await service.ReachAsync(channel, failing);

        var share = await service.ShareAsync(channel, 30);

        Assert.Equal(0, share[1]);
        Assert.Equal((2, 1), (service.Endpoints("ready"), service.Endpoints("ejected")));
        var ejection = Assert.Single(service.Meters.Of(BalancerMetrics.Ejections));
        Assert.Equal((1, service.Target), (ejection.Value, ejection.Tags[DiscoveryTelemetry.Target]));
    }

    private Task<DiscoveredService> StartAsync(string scheme, params int[] weights) =>
        DiscoveredService.StartAsync(scheme, scheme == "etcd" ? shared.Etcd : null, weights);

    private static TheoryData<string, string> Cross(IEnumerable<string> policies, string[] schemes) =>
        [.. policies.SelectMany(_ => schemes, (policy, scheme) => (scheme, policy))];
}
