using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>
/// The probe over TLS behind the standard stack and whatever guards it; keeps all logs, and the head and tail of each response.
/// </summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificate.Create();
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _responses = new();
    private int _running;

    private GuardedServer(Action<ServerInterceptorsBuilder> guard)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(_certificate);
        }));
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc(MixedSizes.Limit);
        guard(builder.Services.AddServerInterceptors().AddStandard());
        _app = builder.Build();
        _app.Use(KeepAsync);
        _app.MapGrpcService<ProbeService>();
    }

    public LogCapture Logs { get; } = new();

    public IReadOnlyCollection<string> Responses => _responses;

    public int Running => Volatile.Read(ref _running);

    public ProbeService.Observer Observer => _app.Services.GetRequiredService<ProbeService.Observer>();

    public static async Task<GuardedServer> StartAsync(Action<ServerInterceptorsBuilder> guard)
    {
        var server = new GuardedServer(guard);
        await server._app.StartAsync();
        return server;
    }

    public GrpcChannel Open(ILoggerFactory logs)
    {
        var options = new GrpcChannelOptions
        {
            LoggerFactory = logs,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                        shown?.GetCertHashString() == _certificate.GetCertHashString(),
                },
            },
        };
        MixedSizes.Limit(options);
        return GrpcChannel.ForAddress(_app.Urls.Single(), options);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        Logs.Dispose();
    }

    private async Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _running);
        try
        {
            await next(context);
        }
        finally
        {
            foreach (var (name, value) in context.Response.Headers)
                _responses.Enqueue($"{name}: {value}");
            foreach (var (name, value) in context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers)
                _responses.Enqueue($"{name}: {value}");
            Interlocked.Decrement(ref _running);
        }
    }
}
