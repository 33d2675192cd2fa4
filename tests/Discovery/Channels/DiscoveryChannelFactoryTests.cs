using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryChannelFactoryTests : IAsyncLifetime
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly DiscoveryChannelFactory _factory;

    public DiscoveryChannelFactoryTests() => _factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    [Fact]
    public async Task Calls_are_spread_evenly_over_three_servers()
    {
        await using var backends = await Backends.StartAsync(_registry, 3);
        var client = _factory.CreateClient<Probe.ProbeClient>("memory:///user");
        await Eventually.True(() => backends.All.All(b => { client.Unary(new()); return b.Calls > 0; }), "all three are connected");

        var before = backends.All.Select(b => b.Calls).ToList();
        for (var i = 0; i < 300; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.Equal([100, 100, 100], backends.All.Select((b, i) => b.Calls - before[i]));
    }

    [Fact]
    public async Task Pick_first_stays_with_one_server()
    {
        await using var backends = await Backends.StartAsync(_registry, 3);
        var client = _factory.CreateClient<Probe.ProbeClient>(
            "memory:///user", o => o.LoadBalancingPolicy = LoadBalancingPolicies.PickFirst);
        for (var i = 0; i < 30; i++)
            await client.UnaryAsync(new ProbeRequest());

        Assert.Equal([0, 0, 30], backends.All.Select(b => b.Calls).Order());
    }

    [Fact]
    public async Task A_static_list_and_a_host_with_a_port_are_reached_without_any_registry()
    {
        await using var factory = DiscoveryChannelFactory.Create();
        await using var one = await Backend.StartAsync();
        await using var two = await Backend.StartAsync();
        await using (var load = new Load(factory.CreateChannel($"static:///{one.Address},{two.Address}").CreateCallInvoker()))
            await Eventually.True(() => one.Calls > 10 && two.Calls > 10, "both are called");

        var calls = one.Calls;
        await factory.CreateClient<Probe.ProbeClient>(one.Address).UnaryAsync(new ProbeRequest());
        Assert.Equal(calls + 1, one.Calls);
    }

    [Fact]
    public async Task A_service_without_endpoints_fails_calls_with_its_name_and_works_as_soon_as_there_is_one()
    {
        var client = _factory.CreateClient<Probe.ProbeClient>("memory:///user");
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("'user'", error.Status.Detail, StringComparison.Ordinal);

        var waiting = client.UnaryAsync(new ProbeRequest { Text = "hi" }, new CallOptions().WithWaitForReady());
        await using var backends = await Backends.StartAsync(_registry, 1);
        Assert.Equal("hi", (await waiting).Text);
    }

    [Fact]
    public async Task ConnectAsync_waits_until_there_is_a_server()
    {
        var channel = _factory.CreateChannel("memory:///user");
        Assert.Equal(ConnectivityState.Idle, channel.State);
        var connecting = channel.ConnectAsync(TimeSpan.FromSeconds(30));
        await using var backends = await Backends.StartAsync(_registry, 1);

        await connecting;
        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    [Fact]
    public async Task ConnectAsync_that_takes_too_long_says_what_was_found()
    {
        var channel = _factory.CreateChannel("memory:///user");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => channel.ConnectAsync(TimeSpan.FromMilliseconds(300)));

        Assert.Contains("memory:///user", error.Message, StringComparison.Ordinal);
        Assert.Contains("No endpoint of service 'user' is registered", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var channel = _factory.CreateChannel("memory:///user");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.ConnectAsync(TimeSpan.FromSeconds(30), cancellation.Token));
    }

    [Fact]
    public async Task Interceptors_run_in_order()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        List<string> seen = [];
        var client = _factory.CreateClient<Probe.ProbeClient>("memory:///user", o =>
        {
            o.Interceptors.Add(new Recording(seen, "outer"));
            o.Interceptors.Add(new Recording(seen, "inner"));
        });
        await client.UnaryAsync(new ProbeRequest());

        Assert.Equal(["outer", "inner"], seen);
    }

    [Fact]
    public async Task Requests_are_compressed_if_asked_for_and_the_callers_metadata_stays_as_it_is()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        string? encoding = null;
        backends.All[0].Observer.OnCall = context =>
        {
            encoding = Microsoft.AspNetCore.Http.HttpProtocol.IsHttp2(context.GetHttpContext().Request.Protocol)
                ? context.GetHttpContext().Request.Headers["grpc-encoding"].ToString()
                : "not http2";
            return Task.CompletedTask;
        };
        var gzip = _factory.CreateClient<Probe.ProbeClient>("memory:///user", o => o.GzipRequests = true);
        var metadata = new Metadata { { "x-mine", "1" } };

        foreach (var (client, headers, expected) in new[]
                 {
                     (gzip, metadata, "gzip"), (gzip, null, "gzip"),
                     (gzip, new Metadata { { "grpc-internal-encoding-request", "identity" } }, "identity"),
                     (_factory.CreateClient<Probe.ProbeClient>("memory:///user"), metadata, ""),
                 })
        {
            await client.UnaryAsync(new ProbeRequest(), headers);
            Assert.Equal(expected, encoding);
        }

        Assert.Equal("x-mine", Assert.Single(metadata).Key);
    }

    [Theory]
    [InlineData("least_loaded", "one of round_robin, weighted_round_robin, least_request, pick_first.")]
    [InlineData("", "one of round_robin, weighted_round_robin, least_request, pick_first.")]
    public void An_unknown_policy_is_refused_with_the_known_ones(string policy, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => _factory.CreateChannel("memory:///user", o => o.LoadBalancingPolicy = policy));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd:///user", "AddEtcdDiscovery")]
    [InlineData("etcd://other/user", "'other'")]
    public void A_target_whose_registry_is_not_configured_says_what_to_call(string target, string message)
    {
        var error = Assert.Throws<InvalidOperationException>(() => _factory.CreateChannel(target));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_factory_makes_no_channels_and_its_channels_make_no_calls()
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        var client = _factory.CreateClient<Probe.ProbeClient>("memory:///user");
        await client.UnaryAsync(new ProbeRequest());
        await _factory.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => _factory.CreateChannel("memory:///user"));
        await Assert.ThrowsAnyAsync<Exception>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
    }

    [Fact]
    public async Task A_server_that_joins_is_called_and_one_that_leaves_is_not()
    {
        await using var backends = await Backends.StartAsync(_registry, 2);
        await using var load = new Load(_factory.CreateChannel("memory:///user").CreateCallInvoker());
        await using (var third = await Backend.StartAsync())
        {
            await using (_registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(third.Address))))
                await Eventually.True(() => third.Calls > 10, "the third is called");
            await Eventually.True(
                () =>
                {
                    var calls = third.Calls;
                    load.MoreAsync(50).Wait();
                    return third.Calls == calls;
                },
                "the third is called no more");
        }

        await load.MoreAsync(50);
        load.AssertNoFailures();
    }

    private sealed class Recording(List<string> seen, string name = "") : Interceptor
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
