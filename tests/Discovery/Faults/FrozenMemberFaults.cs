using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>One of three members is frozen (SIGSTOP): it takes requests and answers none. The next is asked after a second.</summary>
public sealed class FrozenMemberFaults
{
    [Fact]
    [Trait("case", "discovery 14a")]
    public async Task A_server_leaves_and_a_client_starts_in_seconds_whichever_member_is_frozen()
    {
        using var logs = new LogCapture();
        await using var cluster = await EtcdCluster.StartNewAsync();
        // So long that only asking the next member can be what helps.
        var options = cluster.Members[0].Options(o => (o.RequestTimeout, o.LeaseTtl) = (TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)));
        foreach (var member in cluster.Members.Skip(1))
            options.Endpoints.Add(member.Endpoint);
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

        static void Note(string what, long since) => TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what} after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:F1} s"));
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
}
