using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>A server with every interceptor, and a client with every interceptor.</summary>
internal sealed class InteropPeers : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly LogCapture _logs = new();

    private InteropPeers(InteropServer server) => _owned.Push(Server = server);

    public InteropServer Server { get; }

    public CallInvoker Invoker { get; private set; } = null!;

    public TestService.TestServiceClient Client => new(Invoker);

    public bool IsSecure => Server.Address.Scheme == Uri.UriSchemeHttps;

    public static async Task<InteropPeers> StartAsync(InteropSetUp setUp)
    {
        using var certificates = new EtcdCertificates();
        var isSecure = setUp == InteropSetUp.DiscoveryOverTls;
        var peers = new InteropPeers(await InteropServer.StartAsync(isSecure ? certificates : null));
        peers.Invoker = setUp switch
        {
            InteropSetUp.Address => peers.ToAddress().Intercept(peers.Standard()),
            InteropSetUp.Container => peers.ToAddress().Intercept(peers.FromContainer()),
            _ => (await peers.DiscoveredAsync(isSecure ? certificates.CaFile : null)).Intercept(peers.Standard()),
        };
        return peers;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _logs.Dispose();
    }

    private static void Everything(StandardClientOptions options)
    {
        options.Deadline = deadline => deadline.Default = TimeSpan.FromMinutes(1);
        options.Resilience = resilience => resilience.UseRecommended("grpc.testing.TestService/*");
        options.Tokens = TokenSources.Static(InteropServer.FromSource.Token);
        options.FallbackToken = token => token.AllowPlainText = true;
    }

    private Interceptor Standard() => ClientInterceptors.Standard(Owned(_logs.Factory(LogLevel.Debug)), Everything);

    private Interceptor[] FromContainer()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_logs));
        services.AddNamedClient("interop").AddStandardInterceptors(Everything);
        return ClientInterceptorsOf.Client(Owned(services.BuildServiceProvider()), "interop");
    }

    private CallInvoker ToAddress() => Owned(GrpcChannel.ForAddress(
        Server.Address, new GrpcChannelOptions { CompressionProviders = [new BoundedGzipCompressionProvider()] })).CreateCallInvoker();

    private async Task<CallInvoker> DiscoveredAsync(string? caFile)
    {
        var registry = new InMemoryServiceRegistry();
        registry.Register(new ServiceInstance("interop", DiscoveryEndpoint.Parse(Server.Address.Authority)));
        var discovery = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
        _owned.Push(discovery);
        var channel = discovery.CreateChannel("memory:///interop", o =>
        {
            o.Tls.CaFile = caFile;
            o.Balancing.OutlierEjection = new OutlierEjectionOptions();
        });
        await channel.ConnectAsync(TimeSpan.FromSeconds(30));
        return channel.CreateCallInvoker();
    }

    private T Owned<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(new Disposal(owned));
        return owned;
    }

    private sealed class Disposal(IDisposable owned) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            owned.Dispose();
            return default;
        }
    }
}
