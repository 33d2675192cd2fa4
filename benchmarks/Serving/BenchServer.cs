using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Benchmarks.Serving;

/// <summary>
/// The server process: one listener for each kind of server, on every address, so that 127.x.y.z stands in for as many machines. Says its
/// ports in its first line, then answers each line with what it has spent and which connections it has seen, until its input ends.
/// </summary>
internal static class BenchServer
{
    private static int _accepted;
    private static int _open;
    private static long _lastAccepted;

    public static async Task RunAsync()
    {
        var ports = new List<string>();
        foreach (var hosting in Enum.GetValues<Hosting>())
        {
            foreach (var (kind, configure) in ServerKinds.All)
            {
                var server = kind == ServerKinds.HeadersByHand
                    ? await StartAsync<HeadersByHandService>(hosting, configure)
                    : await StartAsync<BenchService>(hosting, configure);
                ports.Add($"{kind}/{hosting}={new Uri(server.Urls.Single()).Port}");
            }
        }

        Console.WriteLine(string.Join(' ', ports));
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(
                $"{ProcessCost.Now()} {Volatile.Read(ref _accepted)} {Volatile.Read(ref _open)} {Volatile.Read(ref _lastAccepted)}");
    }

    private static async Task<WebApplication> StartAsync<TService>(Hosting hosting, Action<IServiceCollection> configure)
        where TService : BenchService
    {
        var builder = WebApplication.CreateSlimBuilder();
        hosting.SetUp(builder.Logging);
        // Thousands of machines would have as many queues for new connections; one that overflows makes clients wait for seconds.
        builder.WebHost.UseSockets(static sockets => sockets.Backlog = 16_384);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Any, 0, static listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(static next => async connection =>
            {
                Volatile.Write(ref _lastAccepted, Stopwatch.GetTimestamp());
                Interlocked.Increment(ref _accepted);
                Interlocked.Increment(ref _open);
                try
                {
                    await next(connection);
                }
                finally
                {
                    Interlocked.Decrement(ref _open);
                }
            });
        }));
        builder.Services.AddGrpc();
        configure(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<TService>();
        await app.StartAsync();
        return app;
    }
}
