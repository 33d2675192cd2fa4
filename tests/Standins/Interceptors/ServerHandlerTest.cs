using Grpc.Core.Interceptors;

namespace Interceptors.Standins.Tests;

/// <summary>An interceptor that overrides nothing passes to a handler exactly what it got.</summary>
public sealed class ServerHandlerTest
{
    private readonly Transparent _interceptor = new();
    private readonly TestServerCallContext _context = new();
    private readonly ListReader<string> _reader = new([]);
    private readonly ListWriter<string> _writer = new();

    [Fact]
    public async Task A_unary_handler_is_called() => Assert.Equal(
        "response",
        await _interceptor.UnaryServerHandler<string, string>("request", _context, (request, context) =>
        {
            Assert.Equal(("request", _context), (request, context));
            return Task.FromResult("response");
        }));

    [Fact]
    public async Task A_client_streaming_handler_is_called() => Assert.Equal(
        "response",
        await _interceptor.ClientStreamingServerHandler<string, string>(_reader, _context, (requests, context) =>
        {
            Assert.Equal((_reader, _context), (requests, context));
            return Task.FromResult("response");
        }));

    [Fact]
    public async Task A_server_streaming_handler_is_called()
    {
        await _interceptor.ServerStreamingServerHandler<string, string>(
            "request", _writer, _context, (request, responses, context) => responses.WriteAsync(request));

        Assert.Equal(["request"], _writer.Written);
    }

    [Fact]
    public async Task A_duplex_handler_is_called()
    {
        await _interceptor.DuplexStreamingServerHandler<string, string>(
            _reader,
            _writer,
            _context,
            (requests, responses, context) =>
            {
                Assert.Equal((_reader, _context), (requests, context));
                return responses.WriteAsync("response");
            });

        Assert.Equal(["response"], _writer.Written);
    }

    private sealed class Transparent : Interceptor;
}
