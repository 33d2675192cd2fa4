using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// Accepts connections and resets them when it is disposed, as a process does that is being killed. grpc-dotnet, which has not
/// called over such a connection yet, goes on holding its endpoint for ready.
/// </summary>
internal sealed class DyingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    // The kernel accepts; nobody takes the connections up, so that closing the port resets them.
    public DyingServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public void Dispose() => _listener.Dispose();
}
