using System.Collections.Immutable;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

/// <summary>Lists of every kind, and what becomes of calls while they change.</summary>
public sealed class ListTests : IDisposable
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("case", "discovery 6")]
    public async Task A_dns_name_with_a_second_address_is_looked_up_again()
    {
        const string Name = "scaled.test";
        await using var one = await StartAsync(IPAddress.Parse("127.0.1.1"), 0);
        var port = new Uri(one.Urls.Single()).Port;
        await using var two = await StartAsync(IPAddress.Parse("127.0.1.2"), port);
        ImmutableArray<IPAddress> addresses = [IPAddress.Parse("127.0.1.1")];
        await using var factory = DiscoveryChannelFactory.Create(
            o => o.Services.AddSingleton<HostLookup>((_, _) => Task.FromResult(addresses.ToArray())));
        var client = factory.CreateClient<Probe.ProbeClient>(
            $"dns:///{Name}:{port}", o => o.Resolution.DnsRefreshInterval = TimeSpan.FromSeconds(1));
        await client.UnaryAsync(new ProbeRequest());
        var second = CountOf(two);

        addresses = [.. addresses, IPAddress.Parse("127.0.1.2")];
        await Eventually.True(() => { client.Unary(new ProbeRequest()); return second() > 0; }, "the second address is called");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [Trait("case", "discovery 7")]
    [Trait("case", "discovery 9b")]
    public async Task Servers_that_stop_together_cost_no_call(int count)
    {
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));
        for (var round = 0; round < 5; round++)
        {
            var service = $"user{round}";
            var servers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Backend.StartAsync()));
            var registrations = servers.Select(
                s => _registry.Register(new ServiceInstance(service, DiscoveryEndpoint.Parse(s.Address)))).ToList();
            var channel = factory.CreateChannel($"memory:///{service}");
            await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);
            await using (var load = new Load(channel.CreateCallInvoker(), callers: 16))
            {
                await load.MoreAsync(200);
                await Task.WhenAll(Enumerable.Range(1, count - 1).Select(async i =>
                {
                    await registrations[i].DisposeAsync();
                    await Task.Delay(100);
                    await servers[i].StopAsync();
                }));
                await load.MoreAsync(200);
                load.AssertNoFailures();
            }

            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    [Fact]
    [Trait("case", "discovery 9")]
    public async Task Half_of_a_thousand_endpoints_are_dead_and_calls_flow_at_once()
    {
        using var silent = new BadPeer(Misbehaviour.Silent);
        await using var live = await StartAsync(IPAddress.Any, 0);
        var port = new Uri(live.Urls.Single().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)).Port;
        var endpoints = Enumerable.Range(0, 500).Select(i => $"127.0.{2 + (i / 250)}.{1 + (i % 250)}:{port}")
            .Concat(Enumerable.Range(0, 499).Select(i => $"127.0.{2 + (i / 250)}.{1 + (i % 250)}:1")).Append(silent.Address);
        await using var factory = DiscoveryChannelFactory.Create();
        var client = factory.CreateClient<Probe.ProbeClient>($"static:///{string.Join(',', endpoints)}");

        for (var i = 0; i < 1000; i++)
            await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound);

        Assert.InRange(silent.Connections, 0, 20);
    }

    [Fact]
    [Trait("case", "discovery 9c")]
    public async Task Calls_wait_for_the_registry_while_no_cached_endpoint_connects()
    {
        var options = new DiscoveryResolverOptions { Cache = { Directory = _folder.Path, WaitTime = TimeSpan.FromMilliseconds(10) } };
        var cache = new EndpointCache(options.Cache, "etcd://", "user", TimeProvider.System, NullLogger.Instance);
        cache.Write([new DiscoveryEndpoint("127.0.0.1", 1), new DiscoveryEndpoint("127.0.0.2", 1)]);
        await using var backend = await Backend.StartAsync();
        var source = new ScriptedSource();
        var balancer = new EndpointBalancer(LoadBalancingPolicies.RoundRobin, configuration: null, new BalancingContext
        {
            Transport = new EndpointTransport(
                new ConnectionSettings(new DiscoveryChannelOptions(), isSecure: false), TimeProvider.System, NullLogger.Instance),
        });
        using var handler = new DiscoveryHandler(
            balancer, new DiscoveryResolver(source, "user", options, NullLogger.Instance) { Cache = cache });
        using var channel = GrpcChannel.ForAddress("http://user", new GrpcChannelOptions { HttpHandler = handler });
        var calls = Enumerable.Range(
            0, 20).Select(_ => new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest()).ResponseAsync).ToList();
        await Eventually.True(() => balancer.Counts.Failing == 2, "the cached endpoints have failed");
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        source.Publish(backend.Address);

        await Task.WhenAll(calls);
        // Written behind the calls' back; nothing must be on its way when the folder goes.
        await Eventually.True(
            () => cache.Read() is { Endpoints: [var known] } && known.Address == backend.Address, "the registry's list is kept");
    }

    [Fact]
    public async Task A_unix_socket_is_called()
    {
        Directory.CreateDirectory(_folder.Path);
        var path = Path.Combine(_folder.Path, "user.sock");
        await using var app = await StartAsync(kestrel => kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2));
        await using var factory = DiscoveryChannelFactory.Create();

        Assert.Equal(
            "hi", (await factory.CreateClient<Probe.ProbeClient>($"unix://{path}").UnaryAsync(new ProbeRequest { Text = "hi" })).Text);
    }

    [Fact]
    public async Task A_policy_of_ones_own_sends_equal_keys_to_one_endpoint()
    {
        var backends = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Backend.StartAsync()));
        await using var services = new ServiceCollection()
            .AddInMemoryDiscovery(_registry)
            .AddLoadBalancingPolicy("key_hash", endpoints => new KeyHash(endpoints.Length))
            .BuildServiceProvider();
        foreach (var backend in backends)
            _registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(backend.Address)));
        var channel = services.GetRequiredService<DiscoveryChannelFactory>(
            ).CreateChannel("memory:///user", o => o.LoadBalancingPolicy = "key_hash");
        var client = new Probe.ProbeClient(channel);
        await Eventually.True(() => channel.Handler.Balancer.Counts.Ready == 3 || Call("warm"), "all are connected");

        for (var tenant = 0; tenant < 20; tenant++)
        {
            var before = backends.Select(b => b.Calls).ToList();
            for (var i = 0; i < 5; i++)
                Call($"tenant-{tenant}");
            Assert.Equal([0, 0, 5], backends.Select((b, i) => b.Calls - before[i]).Order());
        }

        foreach (var backend in backends)
            await backend.DisposeAsync();

        bool Call(string key)
        {
            client.Unary(new ProbeRequest(), new Metadata { { "x-key", key } });
            return false;
        }
    }

    private static Func<int> CountOf(WebApplication app)
    {
        var calls = 0;
        app.Services.GetRequiredService<ProbeService.Observer>().OnCall = _ =>
        {
            Interlocked.Increment(ref calls);
            return Task.CompletedTask;
        };
        return () => Volatile.Read(ref calls);
    }

    private static Task<WebApplication> StartAsync(IPAddress address, int port) =>
        StartAsync(kestrel => kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http2));

    private static async Task<WebApplication> StartAsync(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(listen);
        builder.Services.AddSingleton<ProbeService.Observer>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        return app;
    }

    private sealed class KeyHash(int count) : IEndpointPicker
    {
        public int Pick(HttpRequestMessage request) =>
            (int)(Crc(request.Headers.TryGetValues("x-key", out var values) ? values.First() : "") % (uint)count);

        private static uint Crc(string key) => key.Aggregate(2166136261u, static (hash, c) => (hash ^ c) * 16777619u);
    }
}
