namespace Interceptors.Testing;

/// <summary>An etcd of three members.</summary>
public sealed class EtcdCluster : IAsyncDisposable
{
    private EtcdCluster(IReadOnlyList<EtcdProcess> members) => Members = members;

    public IReadOnlyList<EtcdProcess> Members { get; }

    public static async Task<EtcdCluster> StartNewAsync()
    {
        var cluster = new EtcdCluster(EtcdProcess.CreateMembers(3));
        await StartAsync(cluster.Members);
        return cluster;
    }

    /// <summary>Starts members and waits until all are healthy, which takes more than half of the cluster.</summary>
    public static async Task StartAsync(IReadOnlyList<EtcdProcess> members) => await Task.WhenAll(members.Select(m => m.StartAsync()));

    /// <summary>The member that leads, of those that run.</summary>
    public async Task<EtcdProcess> LeaderAsync()
    {
        while (true)
        {
            foreach (var member in Members.Where(m => m.IsRunning))
            {
                if (await member.IsLeaderAsync())
                    return member;
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
            await member.DisposeAsync();
    }
}
