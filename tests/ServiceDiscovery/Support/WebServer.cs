using Interceptors.Discovery.AspNetCore;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>A real Kestrel that is registered, and answers GET with its address and, over HTTP/2, the probe's calls.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private WebServer(WebApplication app) => _app = app;

    public string Address => new Uri(_app.Urls.Single()).Authority;

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<WebServer> StartAsync(
        Action<IServiceCollection> addRegistry, string service, HttpProtocols protocols = HttpProtocols.Http1,
        Action<ServiceRegistrationOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddSingleton<ProbeService.Observer>().AddGrpc();
        addRegistry(builder.Services);
        builder.Services.AddServiceRegistration(service, options =>
        {
            options.WaitUntilRegistered = true;
            configure?.Invoke(options);
        });
        var app = builder.Build();
        var server = new WebServer(app);
        app.Use((context, next) =>
        {
            Interlocked.Increment(ref server._requests);
            return next(context);
        });
        app.MapGet("/{**path}", () => server.Address);
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        return server;
    }

    /// <summary>As SIGTERM does it: deregisters, drains, stops.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
