using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Members of a cluster of three fail.</summary>
public sealed class ClusterFaults
{
    [Fact]
    public async Task The_leader_is_killed()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var running = await StartAsync(cluster, cluster.Members);
        var leader = await cluster.LeaderAsync();
        await leader.KillAsync();

        await cluster.LeaderAsync();
        var left = cluster.Members.First(m => m.IsRunning);
        await ChangeAsync(running, left);
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Quorum_is_lost_and_comes_back()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        // The connection is to the one that is left, so that nothing breaks: only its own word tells that it has lost the others.
        await using var running = await StartAsync(cluster, [cluster.Members[2]]);
        await cluster.Members[0].KillAsync();
        await cluster.Members[1].KillAsync();
        await running.UntilStaleAsync(0, 1);
        await running.UntilCalledAsync(0, 1);

        await EtcdCluster.StartAsync([cluster.Members[0], cluster.Members[1]]);
        await ChangeAsync(running, cluster.Members[2]);
        await running.UntilRightAsync(1, 2);
    }

    private static Task<Running> StartAsync(EtcdCluster cluster, IReadOnlyList<EtcdProcess> known)
    {
        var options = known[0].Options();
        foreach (var member in known.Skip(1))
            options.Endpoints.Add(member.Endpoint);
        return Running.StartAsync(options, cluster.Members[0]);
    }

    private static async Task ChangeAsync(Running running, EtcdProcess member)
    {
        await running.RemoveAsync(member, 0);
        await running.RegisterAsync(member, 2);
    }
}
