using System.Globalization;

namespace Interceptors.Discovery.Tests;

/// <summary>One of three servers is killed with SIGKILL under load, and started again, round after round.</summary>
public sealed class KilledServerTests(SharedEtcd etcd) : IClassFixture<SharedEtcd>
{
    private const int Callers = 16;
    private const int Channels = 4;

    // More for a long look: INTERCEPTORS_KILLS=50.
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("INTERCEPTORS_KILLS") ?? "3", CultureInfo.InvariantCulture);

    public static TheoryData<string> Policies => [.. BalancingPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Only_calls_in_flight_on_a_killed_server_fail_and_none_is_refused(string policy)
    {
        var random = new Random(policy.Length);
        await using var servers = await KilledServers.StartAsync(etcd.Etcd, 3);
        await using var clients = new KilledServerClients(policy, servers.Addresses, Channels, Callers / Channels);
        await clients.ReachAsync(servers.Addresses);

        for (var round = 0; round < Rounds; round++)
        {
            var victim = random.Next(servers.Addresses.Length);
            await Task.Delay(random.Next(50));
            var before = clients.Failures.Count;
            await servers.KillAsync(victim);
            await clients.MoreAsync(2000);
            var failures = clients.Failures.Skip(before).ToList();
            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: {failures.Count} calls failed");
            foreach (var group in failures.GroupBy(f => f))
                TestContext.Current.TestOutputHelper?.WriteLine($"  {group.Count()} × {group.Key}");
            Assert.DoesNotContain(failures, f => f.Contains("refused", StringComparison.Ordinal));
            // A caller has one call at a time, and its channel one connection to each server.
            Assert.InRange(failures.Count, 0, Callers);

            await servers.StartAgainAsync(victim);
            await clients.ReachAsync(servers.Addresses[victim]);
            Assert.Empty(clients.Failures.Skip(before + failures.Count).GroupBy(f => f).Select(g => $"{g.Count()} × {g.Key}"));
        }
    }
}
