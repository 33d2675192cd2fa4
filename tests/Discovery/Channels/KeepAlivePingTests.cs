using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class KeepAlivePingTests : IAsyncLifetime
{
    private ChannelServer _server = null!;
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ChannelServer.StartAsync();
        _wire = new Wire(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_call_over_a_connection_that_carries_nothing_more_fails_instead_of_hanging()
    {
        await using var factory = Factory();
        using var call = Client(factory).UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => _server.Observer.Running == 1, "the call runs");
        _wire.Swallow();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Watching.Bound));
        Assert.Contains(error.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
    }

    [Fact]
    public async Task A_connection_with_a_running_call_is_pinged_and_stays()
    {
        await using var factory = Factory();
        using var call = Client(factory).UnaryAsync(new ProbeRequest { Ending = Ending.Hang });

        await Eventually.True(() => _server.Pings >= 3, "three pings come");
        Assert.False(call.ResponseAsync.IsCompleted);
    }

    [Fact]
    public async Task A_connection_without_calls_is_pinged_if_asked_for()
    {
        await using var factory = Factory(o => o.KeepAlivePingWithoutCalls = true);
        await Client(factory).UnaryAsync(new ProbeRequest());
        var before = _server.Pings;

        await Eventually.True(() => _server.Pings >= before + 3, "three more pings come");
    }

    private static DiscoveryChannelFactory Factory(Action<DiscoveryChannelOptions>? configure = null) =>
        DiscoveryChannelFactory.Create(f => f
        .ConfigureChannels(o => (o.KeepAlivePingDelay, o.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
        .ConfigureChannels(configure ?? (_ => { })));

    private Probe.ProbeClient Client(DiscoveryChannelFactory factory) =>
        factory.CreateClient<Probe.ProbeClient>($"127.0.0.1:{_wire.Port}");
}
