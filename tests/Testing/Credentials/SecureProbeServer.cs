using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Testing;

/// <summary>As <see cref="ProbeServer"/>, with TLS; clients trust its certificate and no other.</summary>
public sealed class SecureProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private SecureProbeServer(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
        Channel = Open();
    }

    public ProbeService.Observer Observer => _app.Services.GetRequiredService<ProbeService.Observer>();

    public string Address => _app.Urls.Single();

    public GrpcChannel Channel { get; }

    /// <summary>The server's certificate, which is its own authority.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<SecureProbeServer> StartAsync()
    {
        var certificate = TestCertificate.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate);
        }));
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        var server = new SecureProbeServer(app, certificate);
        await server.Channel.ConnectAsync();
        return server;
    }

    /// <summary>Another channel to the server.</summary>
    public GrpcChannel Open(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public Probe.ProbeClient Client(Func<ChannelBase, CallInvoker>? intercept = null) =>
        new(intercept?.Invoke(Channel) ?? Channel.CreateCallInvoker());

    /// <summary>Adds a client of this server as a user's program does.</summary>
    public IHttpClientBuilder AddClient(IServiceCollection services, string? name = null) => (name is null
            ? services.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri(Address))
            : services.AddGrpcClient<Probe.ProbeClient>(name, options => options.Address = new Uri(Address)))
        .ConfigurePrimaryHttpMessageHandler(Handler);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>What trusts the server.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        EnableMultipleHttp2Connections = true,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString(),
        },
    };
}
