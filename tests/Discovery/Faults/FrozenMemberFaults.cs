using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>One of three members is frozen (SIGSTOP): it takes requests and answers none.</summary>
public sealed class FrozenMemberFaults
{
    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task A_server_leaves_and_a_client_starts_in_seconds_whichever_member_is_frozen()
    {
        using var logs = new LogCapture();
        await using var cluster = await EtcdCluster.StartNewAsync();
        var options = Options(cluster);
        foreach (var frozen in cluster.Members)
        {
            await using var registry = new EtcdServiceRegistry(options, logs.Factory());
            await using var unused = new EtcdServiceRegistry(options);
            var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
            await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
            await frozen.FreezeAsync();
            var since = TimeProvider.System.GetTimestamp();
            await registration.DisposeAsync().AsTask().WaitAsync(Watching.Bound);
            Note("left", since);

            since = TimeProvider.System.GetTimestamp();
            await using var source = new EtcdEndpointSource(options);
            await using var watching = new Watching(source, "user");
            await watching.UntilFreshAsync();
            Note("listed", since);
            await frozen.ThawAsync();
        }

        Assert.Equal(3, logs.Named("Deregistered").Count);
        Assert.Empty(logs.Named("NotDeregistered"));
    }

    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task A_server_leaves_while_the_leader_is_frozen()
    {
        using var logs = new LogCapture();
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var registry = new EtcdServiceRegistry(Options(cluster), logs.Factory());
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await (await cluster.LeaderAsync()).FreezeAsync();
        var since = TimeProvider.System.GetTimestamp();
        await registration.DisposeAsync().AsTask().WaitAsync(Watching.Bound);
        Note("left", since);
        Assert.Single(logs.Named("Deregistered"));
    }

    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task A_server_registers_while_the_leader_is_frozen()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var registry = new EtcdServiceRegistry(Options(cluster));

        await (await cluster.LeaderAsync()).FreezeAsync();
        var since = TimeProvider.System.GetTimestamp();
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Note("registered", since);
    }

    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task A_client_starts_while_the_leader_is_frozen()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        var options = Options(cluster);
        await cluster.Members[0].CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");

        await (await cluster.LeaderAsync()).FreezeAsync();
        var since = TimeProvider.System.GetTimestamp();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");
        Note("listed", since);
    }

    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task One_request_lasts_until_there_is_a_new_leader()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        var options = Options(cluster);
        // So short that each member has been asked, and has sent it to the frozen leader, before there can be another one.
        options.MemberTimeout = TimeSpan.FromMilliseconds(200);
        using var client = new EtcdClient(options);

        await (await cluster.LeaderAsync()).FreezeAsync();
        var granted = await client.GrantLeaseAsync(7, TimeSpan.FromMinutes(10), default).WaitAsync(Watching.Bound);
        Assert.Equal(TimeSpan.FromMinutes(10).TotalMinutes, granted.TotalMinutes, 0.5);
    }

    [Fact]
    [Trait("case", "discovery 15")]
    public async Task An_etcd_that_allows_few_pings_is_pinged_less_each_time_it_ends_the_connection()
    {
        using var logs = new LogCapture();
        await using var etcd = await EtcdProcess.StartNewAsync("--grpc-keepalive-min-time=60s");
        await using var source = new EtcdEndpointSource(etcd.Options(o => o.KeepAlivePingDelay = TimeSpan.FromSeconds(1)), logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        await Eventually.True(() => logs.Named("PingedLess").Count == 2, "it has slowed down twice", TimeSpan.FromSeconds(60));
        Assert.Equal([2.0, 4.0], logs.Named("PingedLess").Select(line => (double)line.Fields["Seconds"]!));
        await watching.UntilFreshAsync();
    }

    // So long that only asking the next member can be what helps.
    private static EtcdOptions Options(EtcdCluster cluster)
    {
        var options = cluster.Members[0].Options(o => (o.RequestTimeout, o.LeaseTtl) = (TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)));
        foreach (var member in cluster.Members.Skip(1))
            options.Endpoints.Add(member.Endpoint);
        return options;
    }

    private static void Note(string what, long since) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{what} after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:F1} s"));
}
