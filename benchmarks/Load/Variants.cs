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
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Benchmarks.Load;

/// <summary>The clients that are compared, each with the server that it calls.</summary>
internal sealed class Variants : IAsyncDisposable
{
    public const string StockRoundRobin = "static, grpc-dotnet's own";

    private static readonly string[] Addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

    private readonly ServerProcess _server;
    private readonly List<IAsyncDisposable> _open = [];
    private readonly List<IDisposable> _channels = [];

    public Variants(ServerProcess server)
    {
        _server = server;
        Bare = Direct("bare", ServerKind.Bare);
        ByHand = Direct("headers by hand", ServerKind.HeadersByHand, headers: static () => new Metadata
        {
            { HeadersByHandService.Key, ActivityTraceId.CreateRandom().ToHexString() },
        });
        Standard = Direct("standard stacks", ServerKind.Standard, StandardInterceptor(gzip: false));
        Static = StaticRoundRobin();
        Memory = InMemory("memory:///", ServerKind.Bare, standard: false);
        StandardMemory = InMemory("standard, memory:///", ServerKind.Standard, standard: true);
        GzipByHand = Direct("gzip by hand", ServerKind.GzipByHand, headers: static () => new Metadata
        {
            { "grpc-internal-encoding-request", "gzip" },
        });
        StandardGzip = Direct(
            "standard, gzip", ServerKind.StandardGzip, StandardInterceptor(gzip: true), gzip: new BoundedGzipCompressionProvider());
    }

    public Variant Bare { get; }

    public Variant ByHand { get; }

    public Variant Standard { get; }

    /// <summary>Over three addresses, without interceptors, as grpc-dotnet does it alone.</summary>
    public Variant Static { get; }

    /// <summary>Over three addresses, without interceptors.</summary>
    public Variant Memory { get; }

    public Variant StandardMemory { get; }

    public Variant GzipByHand { get; }

    public Variant StandardGzip { get; }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(static channel => channel.Dispose());
        foreach (var open in _open)
            await open.DisposeAsync();
    }

    private Variant Direct(
        string name, ServerKind kind, Interceptor? interceptor = null, Func<Metadata>? headers = null, ICompressionProvider? gzip = null)
    {
        var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_server.PortOf(kind)}", new GrpcChannelOptions
        {
            CompressionProviders = gzip is null ? null : [gzip],
        });
        _channels.Add(channel);
        var invoker = channel.CreateCallInvoker();
        return new Variant(name, new Bench.BenchClient(interceptor is null ? invoker : invoker.Intercept(interceptor)), headers);
    }

    // The standard set compresses requests from 1 KB on, which would hide what the rest of it costs.
    private static Interceptor StandardInterceptor(bool gzip) =>
        ClientInterceptors.Standard(NullLoggerFactory.Instance, o => o.Compression = compression => compression.Enabled = gzip);

    private Variant StaticRoundRobin()
    {
        var port = _server.PortOf(ServerKind.Bare);
        var addresses = new StaticResolverFactory(_ => Addresses.Select(host => new BalancerAddress(host, port)));
        var services = new ServiceCollection().AddSingleton<ResolverFactory>(addresses).BuildServiceProvider();
        var channel = GrpcChannel.ForAddress("static:///bench", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        });
        _channels.Add(channel);
        _open.Add(services);
        return new Variant(StockRoundRobin, new Bench.BenchClient(channel));
    }

    private Variant InMemory(string name, ServerKind kind, bool standard)
    {
        var registry = new InMemoryServiceRegistry();
        foreach (var host in Addresses)
            registry.Register(new ServiceInstance("bench", new DiscoveryEndpoint(host, _server.PortOf(kind))));
        var services = new ServiceCollection();
        var client = services.AddInMemoryDiscovery(registry).AddDiscoveryClient<Bench.BenchClient>("memory:///bench");
        if (standard)
            client.AddStandardInterceptors(o => o.Compression = compression => compression.Enabled = false);
        var provider = services.BuildServiceProvider();
        _open.Add(provider);
        return new Variant(name, provider.GetRequiredService<Bench.BenchClient>());
    }
}
