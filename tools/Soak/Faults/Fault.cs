using Interceptors.Soak.Servers;
using Interceptors.Testing;

namespace Interceptors.Soak.Faults;

/// <summary>The faults: each happens, and is over when the clients' list is right again.</summary>
/// <param name="Name">For the report.</param>
/// <param name="RunAsync">Makes it happen.</param>
internal sealed record Fault(string Name, Func<Stage, FaultRecord, CancellationToken, Task> RunAsync)
{
    public static IReadOnlyList<Fault> All(Stage stage)
    {
        var (first, second, killed) = (stage.AnyServer(), stage.AnyServer(), stage.AnyServer());
        return
        [
            Graceful(first), Graceful(second), Killed(killed),
            Restarted(stage.AnyMember()), Killed(stage.AnyMember()), Frozen(stage.AnyMember()),
            FrozenAtShutdown(stage.AnyMember(), stage.AnyServer()),
            new Fault("the wires to etcd are cut", async (s, _, stop) =>
            {
                s.Wires.Cut();
                await s.LastAsync(0.5, 3, stop);
                s.Wires.Mend();
            }),
            new Fault("the wires to etcd carry nothing", async (s, _, stop) =>
            {
                s.Wires.Swallow();
                await s.LastAsync(0.5, 3, stop);
                s.Wires.Flow();
            }),
            ScaledIn(stage.AnyServer()), CopiedId(stage.AnyServer()), AcceptedAndClosed(),
        ];
    }

    private static Fault Restarted(EtcdProcess member) =>
        new($"member {member.Name} of etcd is restarted (SIGTERM)", async (s, _, stop) =>
    {
        await member.StopAsync();
        await s.LastAsync(0, 2, stop);
        await member.StartAsync();
    });

    private static Fault Killed(EtcdProcess member) =>
        new($"member {member.Name} of etcd is killed (SIGKILL) and started again", async (s, _, stop) =>
    {
        await member.KillAsync();
        await s.LastAsync(0, 2, stop);
        await member.StartAsync();
    });

    private static Fault Frozen(EtcdProcess member) => new($"member {member.Name} of etcd is frozen (SIGSTOP)", async (s, _, stop) =>
    {
        await member.FreezeAsync();
        await s.LastAsync(0.5, 3, stop);
        await member.ThawAsync();
    });

    // A client that watches at the frozen member learns of it late; it must not call a server that has gone all the same.
    private static Fault FrozenAtShutdown(EtcdProcess member, ServerProcess server) =>
        new($"member {member.Name} of etcd is frozen (SIGSTOP) while {server.Name} is restarted (SIGTERM)", async (s, _, stop) =>
    {
        await member.FreezeAsync();
        try
        {
            await server.StopAsync(stop);
        }
        finally
        {
            await member.ThawAsync();
        }

        await s.ClientsSeeAsync(s.Servers.Except([server]), stop);
        await server.StartAsync(stop);
    });

    private static Fault ScaledIn(ServerProcess staying) =>
        new($"all servers but {staying.Name} are stopped (SIGTERM) at once and started again", async (s, _, stop) =>
    {
        var leaving = s.Servers.Except([staying]).ToList();
        await Task.WhenAll(leaving.Select(server => server.StopAsync(stop)));
        await s.ClientsSeeAsync([staying], stop);
        await s.LastAsync(0, 1, stop);
        await Task.WhenAll(leaving.Select(server => server.StartAsync(stop)));
    });

    // The intruder's port is nobody's: a call that comes to it fails, and no fault explains that.
    private static Fault CopiedId(ServerProcess server) =>
        new($"another process registers under the id of {server.Name}", async (s, _, stop) =>
    {
        await using var intruder = new Intruder(s.EtcdEndpoints, server.Name, LoopbackPorts.Next());
        await s.LastAsync(1, 3, stop);
        if (intruder.IsRegistered)
            throw new SoakException($"it has taken the place of {server.Name}");
    });

    private static Fault AcceptedAndClosed() =>
        new("an endpoint that closes each connection at once is registered", async (s, _, stop) =>
    {
        await using var closing = new ClosingListener();
        await using (new Intruder(s.EtcdEndpoints, "closing", closing.Port))
        {
            await s.ClientsSeeAsync([.. s.Servers.Select(server => server.Address), closing.Address], stop);
            await s.LastAsync(1, 2, stop);
        }

        await s.RecoverAsync(stop);
    });

    private static Fault Graceful(ServerProcess server) => new($"{server.Name} is restarted (SIGTERM)", async (s, _, stop) =>
    {
        await server.StopAsync(stop);
        // Gone from the lists long before it ended; else the calls that failed would be no wonder.
        await s.ClientsSeeAsync(s.Servers.Except([server]), stop);
        await s.LastAsync(0, 1, stop);
        await server.StartAsync(stop);
    });

    private static Fault Killed(ServerProcess server) =>
        new($"{server.Name} is killed (SIGKILL) and started again", async (s, record, stop) =>
    {
        var sent = s.Now;
        await server.KillAsync();
        record.Kill = new Kill(sent, s.Now);
        await s.LastAsync(0, 2, stop);
        await server.StartAsync(stop);
    });
}
