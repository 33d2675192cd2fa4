using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>A server with every interceptor, and a client with every interceptor over a channel that discovers it.</summary>
internal sealed class InteropPeers : IAsyncDisposable
{
    public const string User = "interop";
    private const string Token = "token-of-the-interop-client";

    private readonly WebApplication _app;
    private readonly LogCapture _logs = new();
    private readonly ILoggerFactory _logging;
    private readonly DiscoveryChannelFactory _discovery;

    private InteropPeers(WebApplication app, DiscoveryChannelFactory discovery, DiscoveryChannel channel)
    {
        _app = app;
        _discovery = discovery;
        _logging = _logs.Factory(LogLevel.Debug);
        Invoker = channel.Intercept(ClientInterceptors.Standard(_logging, o =>
        {
            o.Deadline = deadline => deadline.Default = TimeSpan.FromMinutes(1);
            o.Resilience = resilience => resilience.UseRecommended("grpc.testing.TestService/*");
            o.Tokens = TokenSources.Static(Token);
            o.FallbackToken = token => token.AllowPlainText = true;
        }));
        Client = new TestService.TestServiceClient(Invoker);
    }

    public CallInvoker Invoker { get; }

    public TestService.TestServiceClient Client { get; }

    public static async Task<InteropPeers> StartAsync(bool tls)
    {
        var certificates = new EtcdCertificates();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls)
            {
                listen.UseHttps(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
                    certificates.ServerCertificateFile, certificates.ServerKeyFile));
            }
        }));
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors().AddStandard().AddCompression()
            .AddLimits(static limits => limits.Server = new() { MaxConcurrentCalls = 100 })
            .AddStaticTokenAuthentication(static tokens => tokens.Tokens.Add(new StaticToken { Name = User, Token = Token }));
        var app = builder.Build();
        app.MapGrpcService<InteropService>();
        await app.StartAsync();

        var registry = new InMemoryServiceRegistry();
        registry.Register(new ServiceInstance("interop", ServiceEndpoint.Parse(new Uri(app.Urls.Single()).Authority)));
        var discovery = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
        var channel = discovery.CreateChannel("memory:///interop", o =>
        {
            o.Tls.CaFile = tls ? certificates.CaFile : null;
            o.Balancing.OutlierEjection = new OutlierEjectionOptions();
        });
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        certificates.Dispose();
        return new InteropPeers(app, discovery, channel);
    }

    public async ValueTask DisposeAsync()
    {
        await _discovery.DisposeAsync();
        await _app.DisposeAsync();
        _logging.Dispose();
        _logs.Dispose();
    }
}
