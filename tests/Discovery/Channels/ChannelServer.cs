using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A real Kestrel with the probe service, in plain text or with TLS, that counts its connections and says who called.</summary>
internal sealed class ChannelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LogCapture _logs;
    private int _connections;
    private int _calls;

    private ChannelServer(EtcdCertificates? certificates, ClientCertificateMode mode, string? authorityFile, int port, LogCapture logs)
    {
        _logs = logs;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(CountAsync);
            if (certificates is not null)
                listen.UseHttps(https => Secure(https, certificates, mode, authorityFile ?? certificates.CaFile));
        }));
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = null);
        _app = builder.Build();
        _app.MapGrpcService<ProbeService>();
        Observer.OnCall = context =>
        {
            Interlocked.Increment(ref _calls);
            Client = context.GetHttpContext().Connection.ClientCertificate;
            return Task.CompletedTask;
        };
    }

    public ProbeService.Observer Observer => _app.Services.GetRequiredService<ProbeService.Observer>();

    public string Address => new Uri(_app.Urls.Single()).Authority;

    public string Url => _app.Urls.Single();

    /// <summary>How many connections are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What the last caller has shown.</summary>
    public X509Certificate2? Client { get; private set; }

    /// <summary>How many pings clients have sent that are not answers.</summary>
    public int Pings => _logs.Lines.Count(line => line.Message.Contains("received PING frame", StringComparison.Ordinal)
        && line.Message.EndsWith("flags NONE.", StringComparison.Ordinal));

    public static async Task<ChannelServer> StartAsync(
        EtcdCertificates? certificates = null,
        ClientCertificateMode mode = ClientCertificateMode.NoCertificate,
        string? authorityFile = null,
        int port = 0)
    {
        var server = new ChannelServer(certificates, mode, authorityFile, port, new LogCapture());
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _logs.Dispose();
    }

    private static void Secure(
        HttpsConnectionAdapterOptions https, EtcdCertificates certificates, ClientCertificateMode mode, string authorityFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificates.ServerCertificateFile, certificates.ServerKeyFile);
        https.ServerCertificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        https.ClientCertificateMode = mode;
        var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        https.ClientCertificateValidation = (shown, sent, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.ExtraStore.AddRange(sent!.ChainPolicy.ExtraStore);
            return chain.Build(shown);
        };
    }

    private Microsoft.AspNetCore.Connections.ConnectionDelegate CountAsync(Microsoft.AspNetCore.Connections.ConnectionDelegate next) =>
        async connection =>
        {
            Interlocked.Increment(ref _connections);
            try
            {
                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref _connections);
            }
        };
}
