using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// Makes HTTP/2 connections and resets them when it is disposed, as a process does that is being killed. Its client may hold its endpoint
/// for ready a moment longer.
/// </summary>
internal sealed class DyingServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly List<Socket> _accepted = [];

    public DyingServer(IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public void Dispose()
    {
        _listener.Dispose();
        lock (_accepted)
        {
            foreach (var socket in _accepted)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
            }

            _accepted.Clear();
        }
    }

    private async Task AcceptAsync()
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

            lock (_accepted)
                _accepted.Add(socket);
            // Empty SETTINGS, and the acknowledgement of the client's.
            await socket.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0 });
        }
    }
}
