using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>A prepared connection is handed to an HTTP client while something is on its way.</summary>
public sealed class HandOverTests : IAsyncLifetime
{
    private static readonly byte[] Handshake = [0, 0, 0, Http2Frame.Settings, 0, 0, 0, 0, 0, .. Http2Frame.SettingsAck];
    private static readonly byte[] WindowUpdate = [0, 0, 4, Http2Frame.WindowUpdate, 0, 0, 0, 0, 0, 0, 0, 1, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private NetworkStream _server = null!;
    private PreparedStream _stream = null!;

    private PreparedConnection Connection => _stream.Connection;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        await _client.ConnectAsync(_listener.LocalEndpoint);
        _server = new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true);
        _stream = new PreparedStream(new NetworkStream(_client, ownsSocket: true), _ => { });
        await _server.WriteAsync(Handshake);
        await Connection.PrepareAsync(CancellationToken.None);
        await ReadAsync(_server, Http2Frame.Preface.Length + Http2Frame.SettingsAck.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _server.DisposeAsync();
        _listener.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task The_answer_to_a_ping_is_waited_for_and_not_passed_on()
    {
        Connection.Watch((TimeSpan.FromMilliseconds(1), Watching.Bound));
        var ping = await ReadAsync(_server, Http2Frame.HeaderSize + 8);
        var handOver = Connection.HandOverAsync(CancellationToken.None).AsTask();
        await _server.WriteAsync(WindowUpdate);
        Assert.False(handOver.IsCompleted);

        await _server.WriteAsync(Http2Frame.PingFrame(isAnswer: true, ping.AsSpan(Http2Frame.HeaderSize)));
        await handOver;

        await _server.WriteAsync(Http2Frame.SettingsAck);
        byte[] expected = [.. Handshake[..Http2Frame.HeaderSize], .. WindowUpdate, .. Http2Frame.SettingsAck];
        Assert.Equal(expected, await ReadAsync(_stream, expected.Length));
        Assert.False(Connection.HasEnded);
    }

    [Fact]
    public async Task What_comes_by_the_read_that_was_under_way_is_passed_on()
    {
        Connection.Watch(keepAlive: null);
        await Connection.HandOverAsync(CancellationToken.None);

        await _server.WriteAsync(WindowUpdate);

        byte[] expected = [.. Handshake[..Http2Frame.HeaderSize], .. WindowUpdate];
        Assert.Equal(expected, await ReadAsync(_stream, expected.Length));
        _server.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await _stream.ReadAsync(new byte[1]));
        Assert.True(Connection.HasEnded);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Watching.Bound);
        return bytes;
    }
}
