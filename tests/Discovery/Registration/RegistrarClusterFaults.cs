using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Members of a cluster of three fail while an instance is registered; its lease lives on, so no watcher sees anything.</summary>
public sealed class RegistrarClusterFaults
{
    [Fact]
    public async Task The_leader_is_killed()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var registrar = await StartAsync(cluster);
        var before = await registrar.ListAsync();
        var leader = await cluster.LeaderAsync();
        await leader.KillAsync();

        await cluster.LeaderAsync();
        await registrar.UntilRightAsync();
        Assert.Empty(await registrar.HistoryAsync(before.Header.Revision));
    }

    [Fact]
    public async Task Quorum_is_lost_and_comes_back()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var registrar = await StartAsync(cluster);
        var before = await registrar.ListAsync();
        await cluster.Members[0].KillAsync();
        await cluster.Members[1].KillAsync();
        await registrar.UntilAllAsync(RegistrationState.Repairing);

        await EtcdCluster.StartAsync([cluster.Members[0], cluster.Members[1]]);
        await registrar.UntilRightAsync();
        Assert.Empty(await registrar.HistoryAsync(before.Header.Revision));
    }

    private static Task<RegistrarUnderTest> StartAsync(EtcdCluster cluster)
    {
        var options = cluster.Members[0].Options(o => o.LeaseTtl = TimeSpan.FromSeconds(30));
        foreach (var member in cluster.Members.Skip(1))
            options.Endpoints.Add(member.Endpoint);
        return RegistrarUnderTest.StartAsync(options);
    }
}
