using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class WaitForReadyTests : IAsyncLifetime
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly DiscoveryChannelFactory _factory;

    public WaitForReadyTests() => _factory = DiscoveryChannelFactory.Create(o => o
        .UseInMemory(_registry)
        .ConfigureChannels(c => c.WaitForReady = true));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_made_before_its_server_is_there_succeeds_when_it_comes(CallKind kind)
    {
        var channel = _factory.CreateChannel("memory:///user");
        await Assert.ThrowsAsync<RpcException>(async () =>
            await new Probe.ProbeClient(
                _factory.CreateChannel("memory:///user", o => o.WaitForReady = false)).UnaryAsync(new ProbeRequest()));
        var call = Task.Run(() => new CallDriver(new Probe.ProbeClient(channel)).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        await Eventually.True(() => channel.State is ConnectivityState.TransientFailure, "there is nobody to call");
        await using var backends = await Backends.StartAsync(_registry, 1);

        Assert.Equal(StatusCode.OK, await call.WaitAsync(Watching.Bound));
    }

    [Fact]
    public async Task A_deadline_ends_the_waiting()
    {
        var client = _factory.CreateClient<Probe.ProbeClient>("memory:///user");

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(300)).ResponseAsync.WaitAsync(Watching.Bound));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task ConnectAsync_to_a_registered_server_that_is_not_there_says_so()
    {
        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("127.0.0.1", 1)));
        var channel = _factory.CreateChannel("memory:///user");

        var error = await Assert.ThrowsAsync<TimeoutException>(() =>
            channel.ConnectAsync(TimeSpan.FromMilliseconds(500)).WaitAsync(Watching.Bound));
        Assert.Matches(
            "^The channel to 'memory:///user' was not ready within 0.5 s. It is (Connecting|TransientFailure); last found: .*127.0.0.1:1",
            error.Message);
    }

    [Fact]
    public async Task ConnectAsync_to_a_dns_name_names_target_and_state()
    {
        var channel = _factory.CreateChannel("127.0.0.1:1");

        var error = await Assert.ThrowsAsync<TimeoutException>(() =>
            channel.ConnectAsync(TimeSpan.FromMilliseconds(500)).WaitAsync(Watching.Bound));
        Assert.Matches(
            "^The channel to 'dns:///127.0.0.1:1' was not ready within 0.5 s. "
            + "It is (Connecting|TransientFailure); last found: 127.0.0.1:1$",
            error.Message);
    }
}
