using System.Net;
using System.Security.Cryptography.X509Certificates;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A real Kestrel that answers plain HTTP requests with its name, and counts them and its connections.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;
    private int _running;

    private WebServer(WebApplication app) => _app = app;

    public int Calls => Volatile.Read(ref _calls);

    public int Running => Volatile.Read(ref _running);

    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>The protocol and path of the last request.</summary>
    public string? Last { get; private set; }

    public Func<HttpContext, Task> OnCall { get; set; } = _ => Task.CompletedTask;

    public static async Task<WebServer> StartAsync(string name, HttpProtocols protocols, EtcdCertificates? tls = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (tls is not null)
                listen.UseHttps(Certificate(tls));
        }));
        var app = builder.Build();
        var server = new WebServer(app);
        app.Run(async context =>
        {
            Interlocked.Increment(ref server._calls);
            Interlocked.Increment(ref server._running);
            try
            {
                server.Last = $"{context.Request.Protocol} {context.Request.Path}{context.Request.QueryString}";
                await server.OnCall(context);
                await context.Response.WriteAsync(name, context.RequestAborted);
            }
            finally
            {
                Interlocked.Decrement(ref server._running);
            }
        });
        await app.StartAsync();
        return server;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 Certificate(EtcdCertificates tls)
    {
        using var pem = X509Certificate2.CreateFromPemFile(tls.ServerCertificateFile, tls.ServerKeyFile);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
