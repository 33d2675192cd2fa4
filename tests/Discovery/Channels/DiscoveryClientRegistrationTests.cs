using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryClientRegistrationTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task A_client_is_injected_with_the_interceptors_of_its_builder_and_of_its_options()
    {
        List<string> seen = [];
        await using var backends = await Backends.StartAsync(_registry, 1);
        await using var services = new ServiceCollection()
            .AddInMemoryDiscovery(_registry)
            .AddDiscoveryClient<Probe.ProbeClient>("memory:///user", o => o.Interceptors.Add(new Recording(seen, "own")))
            .AddInterceptor(() => new Recording(seen, "first"))
            .AddInterceptor(() => new Recording(seen, "second"))
            .Services.BuildServiceProvider();

        await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());
        Assert.Equal(["first", "second", "own"], seen);
    }

    [Fact]
    public async Task A_channel_that_grpc_dotnet_makes_itself_resolves_too()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        await using var services = new ServiceCollection().AddInMemoryDiscovery(_registry).BuildServiceProvider();
        foreach (var target in new[] { "memory:///user", $"static:///{backends.All[0].Address}" })
        {
            using var handler = services.GetRequiredService<DiscoveryChannelFactory>().CreateHandler(target);
            using var channel = GrpcChannel.ForAddress("http://user", new GrpcChannelOptions { HttpHandler = handler });
            await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest());
        }

        Assert.Equal(2, backends.All[0].Calls);
    }

    [Fact]
    public async Task Clusters_are_told_apart_by_the_targets_authority()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", "/other/user/1", backend.Address);
        await using var services = new ServiceCollection()
            .AddEtcdDiscovery(etcd.Endpoint)
            .AddEtcdDiscovery(etcd.Endpoint, o => o.Prefix = "/other/", cluster: "Other")
            .AddDiscoveryClient<Probe.ProbeClient>("etcd://Other/user")
            .Services.BuildServiceProvider();
        await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());

        using var channel = services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel("etcd:///user");
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest()).ResponseAsync);
        Assert.Contains("No endpoint of service 'user'", error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_container_can_be_disposed_either_way_while_calls_and_watches_run(bool asynchronously)
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var backend = await Backend.StartAsync();
        var services = new ServiceCollection()
            .AddEtcdDiscovery(etcd.Endpoint)
            .AddDiscoveryClient<Probe.ProbeClient>("etcd:///user")
            .Services.BuildServiceProvider();
        var registration = services.GetRequiredService<IServiceRegistry>(
            ).Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(backend.Address)));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        var client = services.GetRequiredService<Probe.ProbeClient>();
        await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());
        var hanging = client.UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => backend.Calls == 2, "the call runs");

        if (asynchronously)
            await services.DisposeAsync().AsTask().WaitAsync(Watching.Bound);
        else
            await Task.Run(services.Dispose).WaitAsync(Watching.Bound);
        await Assert.ThrowsAsync<RpcException>(() => hanging.ResponseAsync.WaitAsync(Watching.Bound));
        Assert.Equal("", await etcd.CtlAsync("get", "--prefix", "/"));
    }

    [Fact]
    public async Task Options_can_be_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Etcd:Prefix"] = "/bound/",
            ["Etcd:Endpoints:0"] = "http://h2:2379",
            ["Etcd:LeaseTtl"] = "00:00:30",
        }).Build();
        var services = new ServiceCollection().AddEtcdDiscovery("http://h1:2379");
        services.Configure<EtcdOptions>(configuration.GetSection("Etcd"));
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<EtcdOptions>>().Value;

        Assert.Equal(["http://h1:2379", "http://h2:2379"], options.Endpoints);
        Assert.Equal(("/bound/", TimeSpan.FromSeconds(30)), (options.Prefix, options.LeaseTtl));
    }

    [Fact]
    public void A_wrong_target_or_name_is_refused_where_it_is_written()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentException>(() => services.AddDiscoveryClient<Probe.ProbeClient>("http://user"));
        Assert.Throws<ArgumentException>(() => services.AddDiscoveryClient<Probe.ProbeClient>("memory:///user", name: " "));
        Assert.Throws<ArgumentException>(() => services.AddServiceRegistration("a//b"));
        Assert.Empty(services);
    }

    [Fact]
    public async Task Clients_of_one_type_are_told_apart_by_name_and_each_has_its_options()
    {
        List<string> seen = [];
        await using var eu = await Backend.StartAsync();
        await using var us = await Backend.StartAsync();
        await using var services = new ServiceCollection()
            .AddDiscoveryClient<Probe.ProbeClient>(eu.Address, o => o.Interceptors.Add(new Recording(seen, "eu")), name: "eu").Services
            .AddDiscoveryClient<Probe.ProbeClient>(us.Address, name: "us").Services
            .Configure<DiscoveryChannelOptions>(o => o.Interceptors.Add(new Recording(seen, "all")))
            .BuildServiceProvider();

        await services.GetRequiredKeyedService<Probe.ProbeClient>("eu").UnaryAsync(new ProbeRequest());
        Assert.Equal((1, 0), (eu.Calls, us.Calls));
        Assert.Equal(["all", "eu"], seen);
        await services.GetRequiredKeyedService<Probe.ProbeClient>("us").UnaryAsync(new ProbeRequest());
        Assert.Equal((1, 1), (eu.Calls, us.Calls));
        await services.GetRequiredService<GrpcClientFactory>().CreateClient<Probe.ProbeClient>("eu").UnaryAsync(new ProbeRequest());
        Assert.Equal((2, 1), (eu.Calls, us.Calls));
    }

    [Fact]
    public void A_second_client_of_a_type_needs_a_name_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddDiscoveryClient<Probe.ProbeClient>("memory:///user");
        services.AddDiscoveryClient<Probe.ProbeClient>("memory:///user", name: "eu");

        var nameless = Assert.Throws<InvalidOperationException>(() => services.AddDiscoveryClient<Probe.ProbeClient>("memory:///other"));
        Assert.Contains("AddDiscoveryClient<T>(target, name: \"eu\")", nameless.Message, StringComparison.Ordinal);
        var taken = Assert.Throws<InvalidOperationException>(() =>
            services.AddDiscoveryClient<Probe.ProbeClient>("memory:///other", name: "eu"));
        Assert.Contains("'eu'", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_endpoints_of_a_cluster_are_a_service_with_the_clusters_name_as_key()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await etcd.CtlAsync("put", "/other/user/1", "10.0.0.1:80");
        await using var services = new ServiceCollection()
            .AddEtcdDiscovery(etcd.Endpoint)
            .AddEtcdDiscovery(etcd.Endpoint, o => o.Prefix = "/other/", cluster: "other")
            .BuildServiceProvider();

        await using var watching = new Watching(services.GetRequiredKeyedService<IEndpointSource>("other"), "user");
        await watching.UntilFreshAsync("10.0.0.1:80");
        await using var none = new Watching(services.GetRequiredKeyedService<IEndpointSource>(""), "user");
        await none.UntilFreshAsync();
    }

    private sealed class Recording(List<string> seen, string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add(name);
            return continuation(request, context);
        }
    }
}
