using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class MessageSizeTests : IAsyncLifetime
{
    private static readonly string Hundred = new('x', 100);

    private Backend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await Backend.StartAsync();

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    public static TheoryData<CallKind> Kinds => [.. Enum.GetValues<CallKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_request_that_is_too_large_is_not_sent_and_the_call_says_why(CallKind kind)
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"maxRequestMessageBytes\":101"));
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(kind, RequestOf(Hundred)));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(
            $"A request of /{Configured.Service}/{MethodOf(kind)} is larger than the 101 bytes that maxRequestMessageBytes of the service "
                + "config allows.",
            error.Status.Detail);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_response_that_is_too_large_fails_the_call_and_the_call_says_why(CallKind kind)
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"maxResponseMessageBytes\":101"));
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(kind, RequestOf(Hundred)));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(
            $"A response of /{Configured.Service}/{MethodOf(kind)} is larger than the 101 bytes that maxResponseMessageBytes of the "
                + "service config allows.",
            error.Status.Detail);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Messages_of_just_the_size_pass(CallKind kind)
    {
        // A field of 98 characters is 100 bytes long: tag, length, text. The response holds headers too.
        using var channel = Configured.Open(
            _backend, Configured.Methods("\"maxRequestMessageBytes\":102,\"maxResponseMessageBytes\":5000"));

        Assert.Equal(Hundred[..98], await channel.CallAsync(kind, RequestOf(Hundred[..98])));
    }

    [Fact]
    public async Task Only_an_empty_message_fits_into_nothing()
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"maxRequestMessageBytes\":0"));
        await channel.Client().UnaryAsync(new ProbeRequest());

        await Assert.ThrowsAsync<RpcException>(() => channel.Client().UnaryAsync(new ProbeRequest { Text = "x" }).ResponseAsync);
    }

    [Fact]
    public async Task The_size_that_counts_is_that_before_compression()
    {
        using var channel = Configured.Open(_backend, Configured.Methods("\"maxRequestMessageBytes\":1000"));
        var request = new ProbeRequest { Text = new string('x', 2000) };

        await Assert.ThrowsAsync<RpcException>(
            () => channel.Client().UnaryAsync(request, new Metadata { { "grpc-internal-encoding-request", "gzip" } }).ResponseAsync);
    }

    [Fact]
    public async Task A_serializer_that_does_not_tell_the_length_first_is_stopped_as_it_writes()
    {
        using var channel = Configured.Open(
            _backend, """{"methodConfig":[{"name":[{"service":"interceptors.testing.Probe"}],"maxRequestMessageBytes":10}]}""");
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, Configured.Service, "Unary",
            new Marshaller<byte[]>(Write, context => context.PayloadAsNewBuffer()),
            Marshallers.Create(static bytes => bytes, static bytes => bytes));

        using var call = channel.Invoker.AsyncUnaryCall(method, null, default, new byte[8]);
        await call;
        var error = await Assert.ThrowsAsync<RpcException>(
            () => channel.Invoker.AsyncUnaryCall(method, null, default, new byte[20]).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);

        static void Write(byte[] message, SerializationContext context)
        {
            // An unknown field that the server skips: tag 15, length-delimited.
            System.Buffers.BuffersExtensions.Write<byte>(
                context.GetBufferWriter(), [0x7a, (byte)(message.Length - 2), .. message.AsSpan(2)]);
            context.Complete();
        }
    }

    private static ProbeRequest RequestOf(string text) => new() { Text = text, Responses = 2 };

    private static string MethodOf(CallKind kind) => kind switch
    {
        CallKind.ClientStreaming => "ClientStream",
        CallKind.ServerStreaming => "ServerStream",
        CallKind.Duplex => "Duplex",
        _ => "Unary",
    };
}
