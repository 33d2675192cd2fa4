using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Serving;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Propagation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks.Load;

/// <summary>The clients that are compared under one hosting, each with the server that it calls.</summary>
internal sealed class Variants : IAsyncDisposable
{
    private static readonly string[] Addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

    private readonly ServerProcess _server;
    private readonly Hosting _hosting;
    private readonly ServiceProvider _services;
    private readonly List<IAsyncDisposable> _open = [];
    private readonly List<IDisposable> _channels = [];

    public Variants(ServerProcess server, Hosting hosting)
    {
        _server = server;
        _hosting = hosting;
        _services = hosting.AddServices().BuildServiceProvider();
        Bare = Direct("bare", ServerKinds.Bare);
        ByHand = Direct("headers by hand", ServerKinds.HeadersByHand, headers: static () => new Metadata
        {
            { HeadersByHandService.Key, ActivityTraceId.CreateRandom().ToHexString() },
        });
        Official = OfficialRoundRobin();
        Memory = InMemory("memory:///", ServerKinds.Bare, static _ => { });
        Standard = Direct("standard stacks", ServerKinds.Standard, StandardInterceptor(gzip: false));
        StandardMemory = InMemory("standard, memory:///", ServerKinds.Standard, AddStandard);
    }

    public Variant Bare { get; }

    public Variant ByHand { get; }

    /// <summary>AddGrpcClient with grpc-dotnet's static resolver and round robin over three addresses, without interceptors.</summary>
    public Variant Official { get; }

    /// <summary>Over three addresses, without interceptors.</summary>
    public Variant Memory { get; }

    public Variant Standard { get; }

    public Variant StandardMemory { get; }

    public IReadOnlyList<Variant> All => [Bare, ByHand, Official, Memory, Standard, StandardMemory];

    /// <summary>Requests and responses of a size that is worth compressing.</summary>
    public IReadOnlyList<Variant> Gzip() =>
    [
        Direct("gzip by hand", ServerKinds.GzipByHand, headers: static () => new Metadata
        {
            { "grpc-internal-encoding-request", "gzip" },
        }),
        Direct("standard, gzip", ServerKinds.StandardGzip, StandardInterceptor(gzip: true), gzip: new BoundedGzipCompressionProvider()),
    ];

    /// <summary>The standard set on a client of the official factory, and what it is measured by.</summary>
    public IReadOnlyList<Variant> OfFactory() =>
    [
        Factory("AddGrpcClient", static _ => { }),
        Factory("AddGrpcClient, AddInterceptor", client => client.AddInterceptor(() => StandardInterceptor(gzip: false))),
        Factory("AddGrpcClient, AddStandardInterceptors", AddStandard),
    ];

    /// <summary>Each interceptor alone, on one side.</summary>
    public IReadOnlyList<Variant> Alone() =>
    [
        Factory("client: trace", static client => client.AddTraceMetadata()),
        Factory("client: timing", static client => client.AddTiming()),
        Factory("client: deadline", static client => client.AddDeadline(static o => o.Default = TimeSpan.FromSeconds(30))),
        Factory("client: resilience", static client => client.AddResilience(static o => o.UseRecommended())),
        Factory("client: token", static client => client.AddFallbackToken(TokenSources.Static("token"), static o => o.AllowPlainText = true)),
        Factory("client: compression", static client => client.AddCompression()),
        .. ServerKinds.Alone.Keys.Select(kind => Direct($"server: {kind}", kind)),
    ];

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(static channel => channel.Dispose());
        foreach (var open in _open)
            await open.DisposeAsync();
        await _services.DisposeAsync();
    }

    private static void AddStandard(IHttpClientBuilder client) =>
        client.AddStandardInterceptors(static o => o.Compression = static compression => compression.Enabled = false);

    // The standard set compresses requests from 1 KB on, which would hide what the rest of it costs.
    private Interceptor StandardInterceptor(bool gzip) => ClientInterceptors.Standard(
        _services.GetRequiredService<ILoggerFactory>(), o => o.Compression = compression => compression.Enabled = gzip);

    private Variant Named(string name, Bench.BenchClient client, Func<Metadata>? headers = null) =>
        new($"{name}{(_hosting == Hosting.Hosted ? ", hosted" : "")}", client, headers);

    private Variant Direct(
        string name, string kind, Interceptor? interceptor = null, Func<Metadata>? headers = null, ICompressionProvider? gzip = null)
    {
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_server.PortOf(kind, _hosting)}", new GrpcChannelOptions
        {
            CompressionProviders = gzip is null ? null : [gzip],
            LoggerFactory = _services.GetRequiredService<ILoggerFactory>(),
        });
        _channels.Add(channel);
        var invoker = channel.CreateCallInvoker();
        return Named(name, new Bench.BenchClient(interceptor is null ? invoker : invoker.Intercept(interceptor)), headers);
    }

    private Variant Factory(string name, Action<IHttpClientBuilder> configure)
    {
        var services = _hosting.AddServices();
        configure(services.AddGrpcClient<Bench.BenchClient>(
            o => o.Address = new Uri($"http://127.0.0.1:{_server.PortOf(ServerKinds.Bare, _hosting)}")));
        return Named(name, ClientOf(services));
    }

    private Variant OfficialRoundRobin()
    {
        var port = _server.PortOf(ServerKinds.Bare, _hosting);
        var services = _hosting.AddServices();
        services.AddSingleton<ResolverFactory>(
            new StaticResolverFactory(_ => Addresses.Select(host => new BalancerAddress(host, port))));
        services.AddGrpcClient<Bench.BenchClient>(static o => o.Address = new Uri("static:///bench"))
            .ConfigureChannel(static channel =>
            {
                channel.Credentials = ChannelCredentials.Insecure;
                channel.ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
            });
        return Named("official set-up", ClientOf(services));
    }

    private Variant InMemory(string name, string kind, Action<IHttpClientBuilder> configure)
    {
        var registry = new InMemoryServiceRegistry();
        foreach (var host in Addresses)
            registry.Register(new ServiceInstance("bench", new DiscoveryEndpoint(host, _server.PortOf(kind, _hosting))));
        var services = _hosting.AddServices();
        configure(services.AddInMemoryDiscovery(registry).AddDiscoveryClient<Bench.BenchClient>("memory:///bench"));
        return Named(name, ClientOf(services));
    }

    private Bench.BenchClient ClientOf(IServiceCollection services)
    {
        var provider = services.BuildServiceProvider();
        _open.Add(provider);
        return provider.GetRequiredService<Bench.BenchClient>();
    }
}
