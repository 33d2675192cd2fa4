using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>A server of the interop cases with every interceptor.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    public static readonly StaticToken FromSource = new() { Name = "from the source of tokens", Token = "token-of-the-interop-client" };
    public static readonly StaticToken OfTheCall = new() { Name = "of the call", Token = "token-of-one-interop-call" };

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<WireCall> _calls;

    private InteropServer(WebApplication app, ConcurrentQueue<WireCall> calls) => (_app, _calls) = (app, calls);

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Every call so far, in the order of arrival.</summary>
    public IReadOnlyList<WireCall> Calls => [.. _calls];

    /// <param name="certificates">Null for plain text.</param>
    public static async Task<InteropServer> StartAsync(EtcdCertificates? certificates)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificates is not null)
                listen.UseHttps(X509Certificate2.CreateFromPemFile(certificates.ServerCertificateFile, certificates.ServerKeyFile));
        }));
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors().AddStandard().AddCompression()
            .AddLimits(static limits => limits.Server = new() { MaxConcurrentCalls = 100 })
            .AddStaticTokenAuthentication(static tokens =>
            {
                tokens.Tokens.Add(FromSource);
                tokens.Tokens.Add(OfTheCall);
            });
        var app = builder.Build();
        var calls = new ConcurrentQueue<WireCall>();
        app.Use((context, next) =>
        {
            calls.Enqueue(WireCall.Of(context));
            return next(context);
        });
        app.MapGrpcService<InteropService>();
        await app.StartAsync();
        return new InteropServer(app, calls);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
