using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;

namespace Interceptors.Discovery.Tests;

/// <summary>What HTTP throws, and not what it might.</summary>
public sealed class ConnectionFailuresTests
{
    [Fact]
    public async Task A_request_that_is_refused_was_not_sent()
    {
        var dead = new DyingServer();
        dead.Dispose();

        Assert.Equal(ConnectionFailure.Unsent, await OfAsync($"http://{dead.Address}"));
    }

    [Fact]
    public async Task A_request_to_a_name_that_is_not_known_was_not_sent()
    {
        using var connections =
            new SocketsHttpHandler { ConnectCallback = (_, _) => throw new SocketException((int)SocketError.HostNotFound) };

        Assert.Equal(ConnectionFailure.Unsent, await OfAsync("http://nowhere", connections));
    }

    [Fact]
    public async Task A_request_that_is_not_connected_in_time_was_not_sent()
    {
        using var connections = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(50), ConnectCallback = NeverAsync };

        Assert.Equal(ConnectionFailure.Unsent, await OfAsync("http://silent", connections));
    }

    [Fact]
    public async Task A_request_that_is_cancelled_before_it_is_connected_says_nothing_of_the_connection()
    {
        using var connections = new SocketsHttpHandler { ConnectCallback = NeverAsync };
        using var cancelled = new CancellationTokenSource(50);

        Assert.Equal(ConnectionFailure.None, await OfAsync("http://silent", connections, cancelled.Token));
    }

    [Fact]
    public async Task A_request_whose_connection_ends_within_the_handshake_was_not_sent()
    {
        await using var server = new Peer(end: _ => { });

        Assert.Equal(ConnectionFailure.Unsent, await OfAsync($"https://{server.Address}"));
    }

    [Fact]
    public async Task A_peer_that_does_not_speak_tls_is_no_failure_of_the_connection()
    {
        await using var server = new Peer(end: socket => socket.Send(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n")));

        Assert.Equal(ConnectionFailure.None, await OfAsync($"https://{server.Address}"));
    }

    [Fact]
    public async Task A_request_whose_connection_ends_before_it_is_put_on_it_was_not_sent()
    {
        // Its end is read before anything else happens.
        using var connections = new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult(Stream.Null) };

        Assert.Equal(ConnectionFailure.Unsent, await OfAsync("http://ended", connections));
    }

    [Fact]
    public async Task A_request_whose_connection_ends_may_have_been_sent()
    {
        await using var server = new Peer(end: socket => socket.Shutdown(SocketShutdown.Both));

        Assert.Equal(ConnectionFailure.Broken, await OfAsync($"http://{server.Address}"));
    }

    [Fact]
    public async Task A_request_whose_connection_is_reset_may_have_been_sent()
    {
        await using var server = new Peer(end: socket => socket.LingerState = new LingerOption(enable: true, seconds: 0));

        Assert.Equal(ConnectionFailure.Broken, await OfAsync($"http://{server.Address}"));
    }

    [Fact]
    public async Task A_stream_that_is_reset_is_no_failure_of_the_connection()
    {
        await using var server = await Backend.StartAsync();
        server.Observer.OnCall = context =>
        {
            context.GetHttpContext().Abort();
            return Task.CompletedTask;
        };

        Assert.Equal(ConnectionFailure.None, await OfAsync($"http://{server.Address}"));
    }

    private static async ValueTask<Stream> NeverAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return Stream.Null;
    }

    private static async Task<ConnectionFailure> OfAsync(
        string server, SocketsHttpHandler? connections = null, CancellationToken cancellationToken = default)
    {
        using var invoker = new HttpMessageInvoker(connections ?? new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server}/interceptors.testing.Probe/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "content-type", "application/grpc" } } },
        };
        var error = await Assert.ThrowsAnyAsync<Exception>(() => invoker.SendAsync(request, cancellationToken).WaitAsync(Watching.Bound));
        return ConnectionFailures.Of(error, cancellationToken);
    }

    /// <summary>Ends each connection in its own way once the client has made a request.</summary>
    private sealed class Peer : IAsyncDisposable
    {
        private const byte Headers = 1;

        private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _accepting;

        public Peer(Action<Socket> end)
        {
            _listener.Start();
            _accepting = AcceptAsync(end);
        }

        public string Address => $"{_listener.LocalEndpoint}";

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task AcceptAsync(Action<Socket> end)
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await ReadRequestAsync(new NetworkStream(socket));
                end(socket);
            }
        }

        /// <summary>Until the headers of one, or the first of what is not HTTP/2.</summary>
        private static async Task ReadRequestAsync(NetworkStream stream)
        {
            var buffer = new byte[16 * 1024];
            await stream.ReadExactlyAsync(buffer.AsMemory(0, Preface.Length));
            if (!buffer.AsSpan().StartsWith(Preface))
                return;
            byte type;
            do
            {
                // RFC 9113, 4.1: a length of three bytes, a type of one, flags and a stream.
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 9));
                type = buffer[3];
                await stream.ReadExactlyAsync(buffer.AsMemory(0, (buffer[0] << 16) | (buffer[1] << 8) | buffer[2]));
            }
            while (type != Headers);
        }
    }
}
