using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Testing;

/// <summary>A real Kestrel on a free loopback port that serves <see cref="ProbeService"/>, and a channel to it.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeServer(WebApplication app, LogCapture logs)
    {
        _app = app;
        Logs = logs;
        Channel = GrpcChannel.ForAddress(Address);
    }

    public IServiceProvider Services => _app.Services;

    public ProbeService.Observer Observer => Services.GetRequiredService<ProbeService.Observer>();

    /// <summary>Everything that the server has logged.</summary>
    public LogCapture Logs { get; }

    public string Address => _app.Urls.Single();

    public GrpcChannel Channel { get; }

    public static async Task<ProbeServer> StartAsync(Action<IServiceCollection>? configure = null, Action<WebApplication>? map = null)
    {
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        map?.Invoke(app);
        await app.StartAsync();
        var server = new ProbeServer(app, logs);
        // So that no test's deadline runs while the connection is being opened.
        await server.Channel.ConnectAsync();
        return server;
    }

    public Probe.ProbeClient Client(Func<ChannelBase, CallInvoker>? intercept = null) =>
        new(intercept?.Invoke(Channel) ?? Channel.CreateCallInvoker());

    /// <summary>Adds a client of this server as a user's program does.</summary>
    public IHttpClientBuilder AddClient(IServiceCollection services, string? name = null) => name is null
        ? services.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri(Address))
        : services.AddGrpcClient<Probe.ProbeClient>(name, options => options.Address = new Uri(Address));

    /// <summary>Stops the host as at the end of its process, within its ShutdownTimeout.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Logs.Dispose();
    }
}
