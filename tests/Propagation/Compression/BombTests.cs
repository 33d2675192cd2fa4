using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Propagation.Tests;

/// <summary>Measures what the process allocates, so nothing may run beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

[Collection(typeof(Alone))]
public sealed class BombTests
{
    // Some 9 MiB: the message on the wire, the buffer that doubles up to 4 MiB, and the call. Without the bound it is over 512 MiB.
    private const long AllocationBound = 48L * 1024 * 1024;

    private static readonly BoundedGzipCompressionProvider Bounded = new();

    [Fact]
    public void The_bomb_is_small_enough_for_the_limit_on_the_wire() => Assert.InRange(Bomb.SizeOnTheWire, 200 * 1024, 300 * 1024);

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_request_fails_its_call_in_bounded_memory_and_the_server_lives_on(CallKind kind)
    {
        await using var server = await ServerAsync(Bounded);
        using var channel = Channel(server, new Bomb());
        var sender = Client(channel, "gzip");
        var harmless = new CallDriver(server.Client());
        await harmless.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        var seen = await BoundedAsync(() => new CallDriver(sender).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(StatusCode.ResourceExhausted, seen);
        await Eventually.True(() => server.Observer.Running == 0, "the handler ends");
        foreach (var next in Enum.GetValues<CallKind>())
            Assert.Equal(StatusCode.OK, await harmless.RunAsync(next, CallEnd.Success, () => Task.CompletedTask));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_response_fails_its_call_in_bounded_memory_and_ends_the_handler(CallKind kind)
    {
        await using var server = await ServerAsync(new Bomb(), compressResponses: true);
        using var channel = Channel(server, Bounded);
        var receiver = Client(channel, "identity");
        await new CallDriver(receiver).RunAsync(kind, CallEnd.Error, () => Task.CompletedTask);

        var seen = await BoundedAsync(() => new CallDriver(receiver).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(StatusCode.ResourceExhausted, seen);
        await Eventually.True(() => server.Observer.Running == 0, "the handler ends");
    }

    [Fact]
    public async Task The_caller_reads_the_bound_and_the_option_whichever_side_received()
    {
        await using var receiving = await ServerAsync(Bounded);
        await using var sending = await ServerAsync(new Bomb(), compressResponses: true);
        using var toReceiving = Channel(receiving, new Bomb());
        using var toSending = Channel(sending, Bounded);

        foreach (var client in new[] { Client(toReceiving, "gzip"), Client(toSending, "identity") })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest { Text = "x" }).ResponseAsync);

            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
            Assert.Contains("4194304 bytes", error.Status.Detail, StringComparison.Ordinal);
            Assert.Contains("BoundedGzipCompressionProvider.MaxDecompressedBytes", error.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task In_a_stream_of_requests_the_handler_gets_the_messages_before_the_bomb_and_then_the_error()
    {
        await using var server = await ServerAsync(Bounded);
        using var channel = Channel(server, new Bomb(harmless: 1));
        using var call = Client(channel, "gzip").Duplex();
        await call.RequestStream.WriteAsync(new ProbeRequest { Text = "harmless", Responses = 1 });
        Assert.True(await call.ResponseStream.MoveNext(default));

        await call.RequestStream.WriteAsync(new ProbeRequest { Text = "replaced" });

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task A_sender_that_goes_on_writing_after_the_bomb_is_stopped_and_the_response_says_why()
    {
        await using var server = await ServerAsync(Bounded);
        using var channel = Channel(server, new Bomb());
        using var call = Client(channel, "gzip").ClientStream();
        var request = new ProbeRequest { Text = "replaced" };

        var written = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(request);
        });

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        // The reset of the stream may reach the writer before the status does.
        Assert.Contains(written.StatusCode, new[] { StatusCode.ResourceExhausted, StatusCode.Cancelled });
    }

    [Fact]
    public async Task In_a_stream_of_responses_the_caller_gets_the_messages_before_the_bomb_and_then_the_error()
    {
        await using var server = await ServerAsync(new Bomb(harmless: 1), compressResponses: true);
        using var channel = Channel(server, Bounded);
        using var call = Client(channel, "identity").ServerStream(new ProbeRequest { Text = "x", Responses = 2 });

        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal("x", call.ResponseStream.Current.Text);

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, call.GetStatus().StatusCode);
    }

    private static async Task<StatusCode> BoundedAsync(Func<Task<StatusCode>> call)
    {
        // So that only receiving is measured.
        _ = Bomb.SizeOnTheWire;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var seen = await call();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, AllocationBound);
        return seen;
    }

    private static Task<ProbeServer> ServerAsync(ICompressionProvider gzip, bool compressResponses = false) =>
        ProbeServer.StartAsync(services => services.Configure<GrpcServiceOptions>(options =>
        {
            options.CompressionProviders = [gzip];
            // gRPC's own limit would stop the bomb, too.
            options.MaxReceiveMessageSize = null;
            options.ResponseCompressionAlgorithm = compressResponses ? "gzip" : null;
        }));

    private static GrpcChannel Channel(ProbeServer server, ICompressionProvider gzip) =>
        GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { CompressionProviders = [gzip], MaxReceiveMessageSize = null });

    private static Probe.ProbeClient Client(GrpcChannel channel, string requestEncoding) =>
        new(channel.Intercept(_ => new Metadata { { "grpc-internal-encoding-request", requestEncoding } }));
}
