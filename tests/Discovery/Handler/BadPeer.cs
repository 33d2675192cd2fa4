using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>How an endpoint misbehaves that is listed beside healthy ones.</summary>
public enum Misbehaviour
{
    /// <summary>Accepts and closes at once, as a proxy without a back end does.</summary>
    Closes,

    /// <summary>Accepts, and closes after a moment.</summary>
    ClosesLater,

    /// <summary>Accepts, and resets after a moment.</summary>
    ResetsLater,

    /// <summary>Accepts, and says nothing.</summary>
    Silent,

    /// <summary>Speaks HTTP/1.1.</summary>
    SpeaksHttp1,

    /// <summary>Does all of HTTP/2's handshake, and answers each request with a GOAWAY that has processed none.</summary>
    GoesAway,
}

/// <summary>An endpoint that can be connected to, and takes no call.</summary>
internal sealed class BadPeer : IDisposable
{
    private static readonly byte[] Handshake = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0];
    private static readonly byte[] GoAway = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connections;

    public BadPeer(Misbehaviour misbehaviour)
    {
        _listener.Start();
        _ = AcceptAsync(misbehaviour);
    }

    public string Address => $"{_listener.LocalEndpoint}";

    public int Connections => Volatile.Read(ref _connections);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(Misbehaviour misbehaviour)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            _ = MisbehaveAsync(socket, misbehaviour);
        }
    }

    private static async Task MisbehaveAsync(Socket socket, Misbehaviour misbehaviour)
    {
        using var _ = socket;
        try
        {
            switch (misbehaviour)
            {
                case Misbehaviour.ClosesLater:
                    await Task.Delay(100);
                    break;
                case Misbehaviour.ResetsLater:
                    await Task.Delay(100);
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    break;
                case Misbehaviour.Silent:
                    while (await socket.ReceiveAsync(new byte[1024]) > 0)
                    {
                        // Listens to all of it.
                    }

                    break;
                case Misbehaviour.SpeaksHttp1:
                    await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                    break;
                case Misbehaviour.GoesAway:
                    await GoAwayAsync(socket);
                    break;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // The client has gone first.
        }
    }

    private static async Task GoAwayAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        await socket.SendAsync(Handshake);
        var buffer = new byte[16 * 1024];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, Http2Frame.PrefaceLength));
        Http2Frame frame;
        do
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, Http2Frame.HeaderSize));
            frame = Http2Frame.Read(buffer);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, frame.Length));
        }
        while (frame.Type != 1);
        await socket.SendAsync(GoAway);
        await Task.Delay(100);
    }
}
