using Grpc.AspNetCore.Server;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

public sealed class DecompressionTests : IAsyncLifetime
{
    private readonly DiscoveryChannelFactory _factory = DiscoveryChannelFactory.Create();
    private Backend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await Backend.StartAsync(
        services => services.Configure<GrpcServiceOptions>(options =>
        {
            options.ResponseCompressionAlgorithm = "gzip";
            options.MaxReceiveMessageSize = null;
        }));

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_response_beyond_the_bound_fails_its_call(CallKind kind)
    {
        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(o => o.MaxDecompressedMessageSize = 3));
        Assert.Equal(StatusCode.OK, await CallAsync(o => o.MaxDecompressedMessageSize = 100_000));

        Task<StatusCode> CallAsync(Action<DiscoveryChannelOptions> configure) =>
            new CallDriver(Client(configure)).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
    }

    [Fact]
    public async Task The_caller_reads_the_bound_and_the_option()
    {
        var error = await FailureAsync(100_000, o => o.MaxDecompressedMessageSize = 1000);

        Assert.Equal(StatusCode.ResourceExhausted, error!.StatusCode);
        Assert.Equal(
            "A received gzip message is larger than 1000 bytes when decompressed (DiscoveryChannelOptions.MaxDecompressedMessageSize).",
            error.Status.Detail);
    }

    [Fact]
    public async Task The_limit_of_any_received_message_holds_too_and_is_named_where_it_is_the_lower_one()
    {
        Assert.Null(await FailureAsync(3_900_000));
        Assert.Null(await FailureAsync(4_200_000, o => o.MaxReceiveMessageSize = 5_000_000));
        Assert.Null(await FailureAsync(4_200_000, o => o.MaxReceiveMessageSize = null));

        var higher = await FailureAsync(4_200_000, o => o.MaxDecompressedMessageSize = 5_000_000);
        foreach (var error in new[] { await FailureAsync(4_200_000), higher })
        {
            Assert.Equal(StatusCode.ResourceExhausted, error!.StatusCode);
            Assert.Contains("4194304 bytes", error.Status.Detail, StringComparison.Ordinal);
            Assert.Contains("(DiscoveryChannelOptions.MaxReceiveMessageSize)", error.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Channels_with_different_bounds_share_connections_and_each_has_its_own_bound()
    {
        Assert.Null(await FailureAsync(1000));
        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(1000, o => o.MaxDecompressedMessageSize = 100))!.StatusCode);
        Assert.Null(await FailureAsync(1000));
        Assert.Same(
            _factory.CreateChannel(_backend.Address).Handler,
            _factory.CreateChannel(_backend.Address, o => o.MaxDecompressedMessageSize = 100).Handler);
    }

    [Fact]
    public void A_negative_bound_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(
            () => _factory.CreateChannel(_backend.Address, o => o.MaxDecompressedMessageSize = -1));

        Assert.Contains("DiscoveryChannelOptions.MaxDecompressedMessageSize is -1.", error.Message, StringComparison.Ordinal);
    }

    private Probe.ProbeClient Client(Action<DiscoveryChannelOptions>? configure) =>
        _factory.CreateClient<Probe.ProbeClient>(_backend.Address, configure);

    /// <summary>Gets a response of about a size; how that failed, if it did.</summary>
    private async Task<RpcException?> FailureAsync(int size, Action<DiscoveryChannelOptions>? configure = null)
    {
        try
        {
            var response = await Client(configure).UnaryAsync(new ProbeRequest { Text = new string('a', size) });
            Assert.Equal(size, response.Text.Length);
            return null;
        }
        catch (RpcException exception)
        {
            return exception;
        }
    }
}
