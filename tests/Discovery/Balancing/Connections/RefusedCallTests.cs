using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls that are picked for a server which is gone, though its endpoint was ready a moment ago.</summary>
public sealed class RefusedCallTests
{
    private static readonly string RoundRobin = BalancingPolicies.Names[0];

    public static TheoryData<string> Policies => [.. BalancingPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task No_call_fails_because_a_connected_server_was_gone_before_its_first_call(string policy)
    {
        await using var service = new BalancedService(policy);
        var live = await service.StartAsync("live");
        await ConnectToDeadAsync(service, live.Backend.Address);

        for (var i = 0; i < 50; i++)
            await service.Client.UnaryAsync(new());

        Assert.Equal(50, live.Calls);
    }

    [Fact]
    public async Task Concurrent_calls_that_are_refused_all_go_elsewhere()
    {
        await using var service = new BalancedService(RoundRobin);
        var live = await service.StartAsync("live");
        await ConnectToDeadAsync(service, live.Backend.Address);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => service.Client.UnaryAsync(new()).ResponseAsync));

        Assert.Equal(64, live.Calls);
    }

    [Fact]
    public async Task A_refused_stream_goes_elsewhere_with_all_its_messages()
    {
        await using var service = new BalancedService(RoundRobin);
        var live = await service.StartAsync("live");
        await ConnectToDeadAsync(service, live.Backend.Address);

        for (var call = 0; call < 4; call++)
        {
            using var stream = service.Client.Duplex();
            foreach (var text in new[] { "a", "b", "c" })
                await stream.RequestStream.WriteAsync(new ProbeRequest { Text = text, Responses = 1 });
            await stream.RequestStream.CompleteAsync();
            var answers = new List<string>();
            await foreach (var response in stream.ResponseStream.ReadAllAsync())
                answers.Add(response.Text);
            Assert.Equal(["a", "b", "c"], answers);
        }
    }

    [Fact]
    public async Task A_call_that_waits_for_a_server_is_not_refused_but_goes_on_once_it_is_back()
    {
        await using var service = new BalancedService(RoundRobin);
        var port = await ConnectToDeadAsync(service);

        var waiting = service.Client.UnaryAsync(new ProbeRequest { Text = "hi" }, new CallOptions().WithWaitForReady());
        // Its refusal is what the channel learns from; so another call, which does not wait, ends with it.
        await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new()).ResponseAsync);
        Assert.False(waiting.ResponseAsync.IsCompleted);
        await using var back = await Backend.StartAsync(port: port);

        Assert.Equal("hi", (await waiting).Text);
    }

    [Fact]
    public async Task A_refused_call_that_waits_ends_at_its_deadline()
    {
        await using var service = new BalancedService(RoundRobin);
        await ConnectToDeadAsync(service);

        var options = new CallOptions().WithWaitForReady().WithDeadline(DateTime.UtcNow.AddMilliseconds(300));
        var error = await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new(), options).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task A_refused_call_that_waits_ends_with_its_channel()
    {
        await using var service = new BalancedService(RoundRobin);
        await ConnectToDeadAsync(service);

        var waiting = service.Client.UnaryAsync(new(), new CallOptions().WithWaitForReady());
        await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new()).ResponseAsync);
        service.Channel.Dispose();

        await Assert.ThrowsAsync<RpcException>(() => waiting.ResponseAsync).WaitAsync(Watching.Bound);
    }

    [Fact]
    public async Task Refused_calls_say_nothing_of_the_calls_of_the_server_that_comes_back()
    {
        var ejecting = new BalancingOptions { OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 2 } };
        await using var service = new BalancedService(RoundRobin, options: ejecting);
        var live = await service.StartAsync("live");
        var port = await ConnectToDeadAsync(service, live.Backend.Address);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => service.Client.UnaryAsync(new()).ResponseAsync));

        await using var back = await Backend.StartAsync(port: port);

        await Eventually.True(() => { service.Client.Unary(new()); return back.Calls > 0; }, "the server is called again");
        Assert.DoesNotContain(service.Logs.Lines, e => e.Message.Contains("is ejected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("user.example")]
    public async Task A_call_that_goes_elsewhere_says_the_name_of_that_server(string? authority)
    {
        await using var service = new BalancedService(RoundRobin);
        var live = await service.StartAsync("live");
        var names = new List<string>();
        live.OnCall = context =>
        {
            names.Add(context.Host);
            return Task.CompletedTask;
        };
        using var dying = new DyingServer();
        service.TellAddresses("dead.example", [dying.Address]);
        await service.ConnectAsync();
        dying.Dispose();
        service.TellAddresses(authority, [dying.Address, live.Backend.Address]);

        await service.Client.UnaryAsync(new());
        await service.Client.UnaryAsync(new());

        Assert.Equal([authority ?? live.Backend.Address, authority ?? live.Backend.Address], names);
    }

    [Fact]
    public async Task A_call_whose_stream_is_reset_does_not_cost_its_connection()
    {
        await using var service = new BalancedService(RoundRobin);
        var server = await service.StartAsync("a");
        await service.TellAndReachAsync();
        server.OnCall = context =>
        {
            context.GetHttpContext().Abort();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new()).ResponseAsync);
        server.Heal();

        await service.Client.UnaryAsync(new());

        Assert.Single(server.Connections);
    }

    /// <summary>Connects to a server that dies then, and tells the channel of these addresses besides.</summary>
    private static async Task<int> ConnectToDeadAsync(BalancedService service, params string[] others)
    {
        using var dying = new DyingServer();
        service.TellAddresses(dying.Address);
        await service.ConnectAsync();
        dying.Dispose();
        service.TellAddresses([dying.Address, .. others]);
        return dying.Port;
    }
}
