using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class ChannelMessageSizeTests : IAsyncLifetime
{
    private const int Size = 1000;

    private readonly DiscoveryChannelFactory _factory = DiscoveryChannelFactory.Create();
    private ChannelServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ChannelServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_received_message_beyond_the_limit_fails_its_call()
    {
        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(o => o.MaxReceiveMessageSize = Size));
        Assert.Equal(StatusCode.OK, await CallAsync(o => o.MaxReceiveMessageSize = 2 * Size));
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_not_sent()
    {
        var calls = 0;
        _server.Observer.OnCall = _ => Task.FromResult(Interlocked.Increment(ref calls));

        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(o => o.MaxSendMessageSize = Size));
        Assert.Equal(0, calls);
        Assert.Equal(StatusCode.OK, await CallAsync(o => o.MaxSendMessageSize = 2 * Size));
    }

    [Fact]
    public async Task Four_mebibytes_are_received_at_most_unless_told_otherwise_and_any_number_sent()
    {
        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(size: 4 * 1024 * 1024));
        Assert.Equal(StatusCode.OK, await CallAsync(o => o.MaxReceiveMessageSize = null, size: 4 * 1024 * 1024));
    }

    /// <summary>Sends a text, which comes back.</summary>
    private async Task<StatusCode> CallAsync(Action<DiscoveryChannelOptions>? configure = null, int size = Size)
    {
        var client = _factory.CreateClient<Probe.ProbeClient>(_server.Address, configure);
        try
        {
            await client.UnaryAsync(new ProbeRequest { Text = new string('a', size) });
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }
}
