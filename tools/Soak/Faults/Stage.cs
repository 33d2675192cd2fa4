using System.Diagnostics;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Servers;
using Interceptors.Testing;

namespace Interceptors.Soak.Faults;

/// <summary>What the faults happen to.</summary>
internal sealed class Stage(
    EtcdCluster etcd, EtcdWires wires, IReadOnlyList<ServerProcess> servers, LoadedClients clients, Stopwatch clock, Random random)
{
    public IReadOnlyList<string> EtcdEndpoints { get; } = [.. etcd.Members.Select(member => member.Endpoint)];

    /// <summary>Between the clients and etcd.</summary>
    public EtcdWires Wires => wires;

    public IReadOnlyList<ServerProcess> Servers => servers;

    public TimeSpan Now => clock.Elapsed;

    /// <summary>One of three: what happens to it alone leaves a majority.</summary>
    public EtcdProcess AnyMember() => etcd.Members[random.Next(etcd.Members.Count)];

    public ServerProcess AnyServer() => servers[random.Next(servers.Count)];

    /// <summary>Lets a fault last for a while.</summary>
    public Task LastAsync(double minSeconds, double maxSeconds, CancellationToken stop) =>
        Task.Delay(TimeSpan.FromSeconds(minSeconds + random.NextDouble() * (maxSeconds - minSeconds)), stop);

    /// <summary>Waits until each client's list is right again.</summary>
    /// <exception cref="SoakException">It does not come to that.</exception>
    public Task RecoverAsync(CancellationToken stop) => ClientsSeeAsync(servers, stop);

    /// <summary>Waits until each client's list is up to date and holds just these servers.</summary>
    /// <exception cref="SoakException">It does not come to that.</exception>
    public Task ClientsSeeAsync(IEnumerable<ServerProcess> expected, CancellationToken stop) =>
        ClientsSeeAsync([.. expected.Select(server => server.Address)], stop);

    /// <summary>Waits until each client's list is up to date and holds just these addresses.</summary>
    /// <exception cref="SoakException">It does not come to that.</exception>
    public Task ClientsSeeAsync(IReadOnlyCollection<string> addresses, CancellationToken stop) =>
        Task.WhenAll(clients.Lists.Select(list => list.WaitForAsync(addresses, stop)));
}
