using Interceptors.Soak.Servers;

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
        ];
    }

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
