using System.Net;
using System.Security.Cryptography.X509Certificates;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Go.Tests;

/// <summary>A server of this kit that is registered for Go clients.</summary>
internal sealed class RegisteredServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegisteredServer(WebApplication app) => _app = app;

    public string Address => new Uri(_app.Urls.Single()).Authority;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<RegisteredServer> StartAsync(
        EtcdProcess etcd, string service, int weight, int port = 0, EtcdCertificates? tls = null, string? prefix = null,
        bool slashes = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (slashes)
                kestrel.AcceptSlashesInAuthority();
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (tls is not null)
                    listen.UseHttps(Loadable(tls));
            });
        });
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        builder.Services.AddEtcdDiscovery(etcd.Endpoint, o =>
        {
            o.Format = EndpointFormat.EtcdNaming;
            o.Prefix = prefix ?? o.Prefix;
        });
        builder.Services.AddServiceRegistration(service, o =>
        {
            (o.Weight, o.Zone, o.WaitUntilRegistered) = (weight, "north", true);
            o.Tags.Add("canary");
        });
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        return new RegisteredServer(app);
    }

    public Task UpdateAsync(InstanceUpdate update) =>
        _app.Services.GetRequiredService<Discovery.AspNetCore.IHostRegistrations>().UpdateAsync(update);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 Loadable(EtcdCertificates certificates)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(certificates.ServerCertificateFile, certificates.ServerKeyFile);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
