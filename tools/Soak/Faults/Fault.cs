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
            new Fault("etcd is restarted (SIGTERM)", async (s, _, stop) =>
            {
                await s.Etcd.StopAsync();
                await s.LastAsync(0, 2, stop);
                await s.Etcd.StartAsync();
            }),
            new Fault("etcd is killed (SIGKILL) and started again", async (s, _, stop) =>
            {
                await s.Etcd.KillAsync();
                await s.LastAsync(0, 2, stop);
                await s.Etcd.StartAsync();
            }),
            new Fault("etcd is frozen (SIGSTOP)", async (s, _, stop) =>
            {
                await s.Etcd.FreezeAsync();
                await s.LastAsync(0.5, 3, stop);
                await s.Etcd.ThawAsync();
            }),
            new Fault("the wire to etcd is cut", async (s, _, stop) =>
            {
                s.Wire.Cut();
                await s.LastAsync(0.5, 3, stop);
                s.Wire.Mend();
            }),
            new Fault("the wire to etcd carries nothing", async (s, _, stop) =>
            {
                s.Wire.Swallow();
                await s.LastAsync(0.5, 3, stop);
                s.Wire.Flow();
            }),
            ScaledIn(stage.AnyServer()), CopiedId(stage.AnyServer()), AcceptedAndClosed(),
        ];
    }

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
        await using var intruder = new Intruder(s.Etcd.Endpoint, server.Name, LoopbackPorts.Next());
        await s.LastAsync(1, 3, stop);
        if (intruder.IsRegistered)
            throw new SoakException($"it has taken the place of {server.Name}");
    });

    private static Fault AcceptedAndClosed() =>
        new("an endpoint that closes each connection at once is registered", async (s, _, stop) =>
    {
        await using var closing = new ClosingListener();
        await using (new Intruder(s.Etcd.Endpoint, "closing", closing.Port))
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
