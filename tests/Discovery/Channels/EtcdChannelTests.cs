using System.Diagnostics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls through etcd, whatever happens to it.</summary>
public sealed class EtcdChannelTests
{
    [Fact]
    public async Task Etcd_down_at_start_fails_calls_with_the_services_name_and_they_work_once_it_is_up()
    {
        await using var etcd = EtcdProcess.Create();
        var options = etcd.Options();
        await using var discovery = Discovery(options);
        var channel = discovery.CreateChannel("etcd:///user");
        var client = new Probe.ProbeClient(channel);

        var stopwatch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
        Assert.InRange(stopwatch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("'user'", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(etcd.Endpoint, error.Status.Detail, StringComparison.Ordinal);

        await etcd.StartAsync();
        await using var backend = await RegisteredAsync(options);
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        await client.UnaryAsync(new ProbeRequest());
    }

    [Fact]
    public async Task A_silent_registry_fails_calls_within_the_bound_for_the_first_answer()
    {
        await using var wire = new Wire(silent: true);
        await using var discovery = DiscoveryChannelFactory.Create(o => o
            .UseEtcd(wire.Endpoint)
            .ConfigureChannels(c => c.Resolution.FirstAnswerTimeout = TimeSpan.FromMilliseconds(300)));
        var client = discovery.CreateClient<Probe.ProbeClient>("etcd:///user");

        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.UnaryAsync(new ProbeRequest()).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(4)));
        Assert.Contains("has not answered for service 'user' within 0.3 s", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killing_etcd_under_load_fails_no_call_and_changes_made_after_its_restart_are_followed()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(30));
        await using var discovery = Discovery(options);
        await using var one = await RegisteredAsync(options);
        await using var two = await RegisteredAsync(options);
        var channel = discovery.CreateChannel("etcd:///user");
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        await using var load = new Load(channel.CreateCallInvoker());
        await Eventually.True(() => one.Calls > 10 && two.Calls > 10, "both are called");

        await etcd.KillAsync();
        await load.MoreAsync(200);
        await etcd.StartAsync();
        await using var three = await RegisteredAsync(options);
        await Eventually.True(() => three.Calls > 10, "the one that joined after the restart is called");

        load.AssertNoFailures();
    }

    [Fact]
    public async Task Graceful_stops_under_load_fail_no_call()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var discovery = Discovery(options);
        await using var staying = await RegisteredAsync(options);
        var channel = discovery.CreateChannel("etcd:///user");
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        await using var load = new Load(channel.CreateCallInvoker());
        for (var round = 0; round < 3; round++)
        {
            var passing = await RegisteredAsync(options);
            await Eventually.True(() => passing.Calls > 20, "the new one is called");
            await passing.DisposeAsync();
            await load.MoreAsync(50);
        }

        load.AssertNoFailures();
        Assert.Equal($"{options.Prefix}user/{staying.Address}", await etcd.CtlAsync("get", "--prefix", "--keys-only", options.Prefix));
    }

    [Fact]
    public async Task Channels_of_one_service_share_one_watch_that_ends_with_the_last_of_them()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var services = new ServiceCollection().AddEtcdDiscovery(etcd.Endpoint, Copy(options)).BuildServiceProvider();
        var factory = services.GetRequiredService<DiscoveryChannelFactory>();
        var source = (EtcdEndpointSource)services.GetRequiredKeyedService<IEndpointSource>("");
        await using var backend = await RegisteredAsync(options);
        var one = factory.CreateChannel("etcd:///user");
        var two = factory.CreateChannel("etcd:///user", o => o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest);
        await one.ConnectAsync(TimeSpan.FromSeconds(30));
        await two.ConnectAsync(TimeSpan.FromSeconds(30));
        Assert.NotSame(one.Handler, two.Handler);
        Assert.Equal(1, source.ActiveWatches);

        await one.ShutdownAsync();
        await new Probe.ProbeClient(two).UnaryAsync(new ProbeRequest());
        Assert.Equal(1, source.ActiveWatches);
        await two.ShutdownAsync();
        await Eventually.True(() => source.ActiveWatches == 0, "the watch ends");
    }

    private static DiscoveryChannelFactory Discovery(EtcdOptions options) =>
        DiscoveryChannelFactory.Create(o => o.UseEtcd(options.Endpoints[0], Copy(options)));

    private static Task<Backend> RegisteredAsync(EtcdOptions options) =>
        Backend.StartAsync(s => s.AddEtcdDiscovery(options.Endpoints[0], Copy(options)).AddServiceRegistration("user"));

    private static Action<EtcdOptions> Copy(EtcdOptions from) => to =>
    {
        EtcdOptionsFor.Quick(to);
        (to.Prefix, to.LeaseTtl) = (from.Prefix, from.LeaseTtl);
    };
}
