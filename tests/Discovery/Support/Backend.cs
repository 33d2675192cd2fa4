using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A real Kestrel with the probe service on a free loopback port, that counts its calls.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private Backend(WebApplication app) => _app = app;

    public int Calls => Volatile.Read(ref _calls);

    public string Address => new Uri(_app.Urls.Single()).Authority;

    public IServiceProvider Services => _app.Services;

    public ProbeService.Observer Observer => Services.GetRequiredService<ProbeService.Observer>();

    public static async Task<Backend> StartAsync(Action<IServiceCollection>? configure = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        var backend = new Backend(app);
        backend.Observer.OnCall = _ =>
        {
            Interlocked.Increment(ref backend._calls);
            return Task.CompletedTask;
        };
        await app.StartAsync();
        return backend;
    }

    /// <summary>As SIGTERM does it.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
