using System.Net;
using Grpc.Core;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>A server in this process whose limit is a pool, and that reports with its responses how much of the pool is in use.</summary>
internal sealed class PooledServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PooledServer(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <param name="slowness">How many times longer a call takes than it is told to.</param>
    public static async Task<PooledServer> StartAsync(int slowness)
    {
        var pool = new WorkerPool();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_ => pool).AddSingleton(new Slowness(slowness));
        builder.Services.AddGrpc();
        builder.Services.AddLoadReports(reports => reports.ApplicationUtilization = () => pool.TakeUtilization());
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new PooledServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed record Slowness(int Factor);

    private sealed class Service(WorkerPool pool, Slowness slowness) : BenchService
    {
        public override async Task<WaitResponse> Wait(WaitRequest request, ServerCallContext context)
        {
            await pool.WorkAsync(TimeSpan.FromMilliseconds(request.Milliseconds * slowness.Factor));
            return new WaitResponse { Address = $":{context.GetHttpContext().Connection.LocalPort}" };
        }
    }
}
