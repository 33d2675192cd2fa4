using Grpc.Core;
using Grpc.Net.ClientFactory;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>The official client factory over discovery: <c>AddGrpcClient().UseDiscovery(…)</c>.</summary>
public sealed class GrpcClientTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    public static TheoryData<string> Policies { get; } =
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.PickFirst, LoadBalancingPolicies.LeastRequest,
        LoadBalancingPolicies.WeightedRoundRobin,
    ];

    [Fact]
    public async Task Calls_are_balanced_and_follow_joins_and_leaves()
    {
        await using var backends = await Backends.StartAsync(_registry, 3);
        await using var services = Services();
        var client = services.GetRequiredService<Probe.ProbeClient>();
        await ConnectedAsync(services, 3);

        for (var i = 0; i < 30; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.All(backends.All, backend => Assert.Equal(10, backend.Calls));

        await using var further = await Backends.StartAsync(_registry, 1);
        await ConnectedAsync(services, 4);
        for (var i = 0; i < 4; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(1, further.All[0].Calls);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_deadline_holds_while_there_is_no_list_and_calls_go_on_beside_dead_endpoints(string policy)
    {
        await using var services = Services(options => (options.LoadBalancingPolicy, options.WaitForReady) = (policy, true));
        var client = services.GetRequiredService<Probe.ProbeClient>();

        foreach (var kind in Enum.GetValues<CallKind>())
        {
            Assert.Equal(
                StatusCode.DeadlineExceeded,
                await new CallDriver(client).RunAsync(kind, CallEnd.Deadline, () => Task.CompletedTask));
        }

        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("127.0.0.1", 1)));
        await using var backends = await Backends.StartAsync(_registry, 1);
        for (var i = 0; i < 20; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(20, backends.All[0].Calls);
    }

    [Theory]
    [InlineData("{\"methodConfig\":[{\"name\":[{}],\"timeout\":\"0.3s\"}]}")]
    public async Task A_service_config_holds_for_its_calls(string config)
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        backends.All[0].Observer.OnCall = context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        await using var services = Services(options => options.ServiceConfig.Json = config);

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest()));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task What_the_factorys_users_configure_stands()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        var services = new ServiceCollection().AddInMemoryDiscovery(_registry).AddScoped<Tenant>();
        var sent = 0;
        services.AddGrpcClient<Probe.ProbeClient>("small")
            .UseDiscovery("memory:///user", options => options.MaxSendMessageSize = 1000)
            .ConfigureChannel(channel => channel.MaxSendMessageSize = 10)
            .AddHttpMessageHandler(() => new Counting(() => sent++));
        services.AddGrpcClient<Probe.ProbeClient>("scoped")
            .UseDiscovery("memory:///user")
            .AddInterceptor<Tenant>(InterceptorScope.Client);
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var factory = provider.GetRequiredService<GrpcClientFactory>();

        var small = factory.CreateClient<Probe.ProbeClient>("small");
        await small.UnaryAsync(new ProbeRequest());
        Assert.Equal(1, sent);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await small.UnaryAsync(new ProbeRequest { Text = new string('x', 100) }));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        for (var i = 0; i < 2; i++)
        {
            await using var scope = provider.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<GrpcClientFactory>().CreateClient<Probe.ProbeClient>("scoped");
            await client.UnaryAsync(new ProbeRequest());
            Assert.Equal(1, scope.ServiceProvider.GetRequiredService<Tenant>().Calls);
        }
    }

    [Fact]
    public async Task Clients_of_one_target_share_its_connections()
    {
        await using var server = await ChannelServer.StartAsync();
        var services = new ServiceCollection();
        services.AddGrpcClient<Probe.ProbeClient>("a").UseDiscovery(server.Address);
        services.AddGrpcClient<Probe.ProbeClient>("b").UseDiscovery(server.Address).AddInterceptor(() => new Tenant());
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<GrpcClientFactory>();

        foreach (var name in new[] { "a", "b", "a" })
            await factory.CreateClient<Probe.ProbeClient>(name).UnaryAsync(new ProbeRequest());

        Assert.Equal(1, server.Connections);
    }

    private static Task ConnectedAsync(IServiceProvider services, int count)
    {
        var channel = services.GetRequiredKeyedService<DiscoveryChannel>(nameof(Probe.ProbeClient));
        _ = channel.ConnectAsync(TimeSpan.FromSeconds(30));
        return Eventually.True(() =>
            channel.Handler.Balancer.All.Count(endpoint => endpoint.Set is not null) == count, "all take calls");
    }

    private ServiceProvider Services(Action<DiscoveryChannelOptions>? configure = null) =>
        new ServiceCollection().AddInMemoryDiscovery(_registry)
            .AddGrpcClient<Probe.ProbeClient>().UseDiscovery("memory:///user", configure)
            .Services.BuildServiceProvider();

    private sealed class Tenant : Grpc.Core.Interceptors.Interceptor
    {
        public int Calls { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, Grpc.Core.Interceptors.ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Calls++;
            return continuation(request, context);
        }
    }

    private sealed class Counting(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
