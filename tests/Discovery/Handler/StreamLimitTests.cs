using System.Net;
using System.Security.Cryptography.X509Certificates;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>Servers that allow few streams on a connection, and more calls at once than that.</summary>
public sealed class StreamLimitTests
{
    private static readonly int[] Limits = [5, 50, 100];
    private static readonly bool[] Either = [false, true];

    public static TheoryData<int, string, bool, bool> Cases => new(
        from limit in Limits
        from policy in LoadBalancingPolicies.All
        from isWarm in Either
        from isSecure in Either
        select (limit, policy, isWarm, isSecure));

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("case", "discovery 4")]
    public async Task All_calls_succeed(int limit, string policy, bool isWarm, bool isSecure)
    {
        using var certificates = isSecure ? new EtcdCertificates() : null;
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(limit, certificates)));
        await using var factory = DiscoveryChannelFactory.Create();
        var addresses = string.Join(',', servers.Select(s => new Uri(s.Urls.Single()).Authority));
        var client = factory.CreateClient<Probe.ProbeClient>(
            $"static:///{addresses}", o => (o.LoadBalancingPolicy, o.Tls.CaFile) = (policy, certificates?.CaFile));
        if (isWarm)
            await client.UnaryAsync(new ProbeRequest());

        await Task.WhenAll(Enumerable.Range(0, limit == 5 ? 60 : 300).Select(async _ =>
        {
            using var call = client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound);
            await call;
        }));

        foreach (var server in servers)
            await server.DisposeAsync();
    }

    private static async Task<WebApplication> StartAsync(int limit, EtcdCertificates? certificates)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = limit;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificates is null)
                    return;
                using var pem = X509Certificate2.CreateFromPemFile(certificates.ServerCertificateFile, certificates.ServerKeyFile);
                listen.UseHttps(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null));
            });
        });
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.Services.GetRequiredService<ProbeService.Observer>().OnCall = _ => Task.Delay(100);
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        return app;
    }
}
