using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>Registered servers, a client that finds them, and everything paired in between; on both registries.</summary>
public sealed class MainJobTests
{
    public static TheoryData<string> Registries { get; } = ["memory", "etcd"];

    [Theory]
    [MemberData(nameof(Registries))]
    public async Task Calls_are_spread_evenly_over_all_registered_servers(string kind)
    {
        await using var registry = await Registry.StartAsync(kind);
        await using var first = await StartServerAsync(registry);
        await using var second = await StartServerAsync(registry);
        await using var third = await StartServerAsync(registry);
        await using var client = new DiscoveryClient(registry);
        ProbeServer[] servers = [first, second, third];
        await client.CallUntilAllAnswerAsync(servers);
        var before = servers.Select(server => server.Logs.Named("CallEnded").Count).ToArray();

        for (var i = 0; i < 300; i++)
            await client.Probe.UnaryAsync(new ProbeRequest());

        var counts = servers.Zip(before, (server, start) => server.Logs.Named("CallEnded").Count - start);
        Assert.All(counts, count => Assert.InRange(count, 99, 101));
    }

    [Theory]
    [MemberData(nameof(Registries))]
    public async Task One_trace_id_and_the_joined_metadata_cross_two_hops_and_come_back(string kind)
    {
        await using var registry = await Registry.StartAsync(kind);
        await using var greeter = await StartServerAsync(registry);
        await using var gateway = await ProbeServer.StartAsync(
            services => AddClient(services, registry).AddServerInterceptors()
                .AddStandard(static o => o.TraceMetadata = static trace => trace.RepeatReceived = true));
        ProbeResponse? second = null;
        gateway.Observer.OnCall = async _ =>
            second = await gateway.Services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest(), OnceRegistered());
        greeter.Observer.TraceId = () => IncomingCall.Current?.TraceId;

        var call = gateway.Client().UnaryAsync(new ProbeRequest(), new Metadata
        {
            { "x-trace-id", "trace-42" },
            { "x-md-global-tenant", "blue" },
            { "x-private", "stays" },
            { "authorization", "Bearer secret" },
        });
        await call;

        Assert.Equal("trace-42", second!.TraceId);
        Assert.Equal("trace-42", (await call.ResponseHeadersAsync).GetValue("x-trace-id"));
        Assert.Equal("blue", second.Headers.Single(header => header.Key == "x-md-global-tenant").Value.ToStringUtf8());
        Assert.DoesNotContain(second.Headers, header => header.Key is "x-private" or "authorization");
        Assert.Equal("trace-42", Assert.Single(greeter.Logs.Named("CallEnded")).Fields["TraceId"]);
        Assert.All(gateway.Logs.Named("CallEnded"), line => Assert.Equal("trace-42", line.Fields["TraceId"]));
        Assert.Equal(2, gateway.Logs.Named("CallEnded").Count);
    }

    [Theory]
    [MemberData(nameof(Registries))]
    public async Task A_server_that_joins_is_called_and_one_that_leaves_under_load_fails_no_call(string kind)
    {
        await using var registry = await Registry.StartAsync(kind);
        await using var staying = await StartServerAsync(registry);
        var leaving = await StartServerAsync(registry);
        await using var client = new DiscoveryClient(registry);
        await client.CallUntilAllAnswerAsync([staying, leaving]);
        await using var joining = await StartServerAsync(registry);
        await client.CallUntilAllAnswerAsync([joining]);

        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LoadAsync(client, stop.Token)));
        await leaving.DisposeAsync();
        await Eventually.True(() => staying.Logs.Named("CallEnded").Count > 200, "the load goes on");
        await stop.CancelAsync();

        Assert.True((await load).Sum() > 0);
    }

    [Fact]
    public async Task Killing_etcd_under_load_fails_no_call_and_a_server_that_joins_after_its_restart_is_called()
    {
        await using var registry = await Registry.StartAsync("etcd");
        await using var first = await StartServerAsync(registry);
        await using var second = await StartServerAsync(registry);
        await using var client = new DiscoveryClient(registry);
        await client.CallUntilAllAnswerAsync([first, second]);

        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync(client, stop.Token)));
        await registry.Etcd!.KillAsync();
        var atKill = first.Logs.Named("CallEnded").Count;
        await Eventually.True(() => first.Logs.Named("CallEnded").Count > atKill + 200, "calls go on without etcd");
        await registry.Etcd.RestartAsync();
        await using var third = await StartServerAsync(registry);
        await Eventually.True(() => third.Logs.Named("CallEnded").Count > 0, "the watch resumes");
        await stop.CancelAsync();

        Assert.True((await load).Sum() > 0);
    }

    private static Task<ProbeServer> StartServerAsync(Registry registry) => ProbeServer.StartAsync(services =>
    {
        registry.AddTo(services).AddServiceRegistration("probe");
        services.AddServerInterceptors().AddStandard();
    });

    private static IServiceCollection AddClient(IServiceCollection services, Registry registry)
    {
        return registry.AddTo(services).AddDiscoveryClient<Probe.ProbeClient>(registry.Target).AddStandardInterceptors().Services;
    }

    /// <summary>A server registers when its port accepts, so a call made at that moment may find none: this one waits for it.</summary>
    private static CallOptions OnceRegistered(CancellationToken cancellationToken = default) =>
        new CallOptions(cancellationToken: cancellationToken).WithWaitForReady();

    private static async Task<int> LoadAsync(DiscoveryClient client, CancellationToken stop)
    {
        var calls = 0;
        for (; !stop.IsCancellationRequested; calls++)
            await client.Probe.UnaryAsync(new ProbeRequest(), cancellationToken: CancellationToken.None);
        return calls;
    }

    /// <summary>A client process: its own container, the paired interceptors, no retries.</summary>
    private sealed class DiscoveryClient(Registry registry) : IAsyncDisposable
    {
        private readonly ServiceProvider _services = AddClient(
            new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.None)), registry).BuildServiceProvider();

        public Probe.ProbeClient Probe => _services.GetRequiredService<Probe.ProbeClient>();

        public async Task CallUntilAllAnswerAsync(IReadOnlyCollection<ProbeServer> servers)
        {
            var waiting = servers.ToList();
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (waiting.Count > 0)
            {
                await Probe.UnaryAsync(new ProbeRequest(), OnceRegistered(bound.Token));
                waiting.RemoveAll(server => server.Logs.Named("CallEnded").Count > 0);
            }
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
