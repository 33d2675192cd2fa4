using System.Net;
using System.Net.Sockets;

namespace Interceptors.Testing;

/// <summary>
/// Free ports for a server that cannot be told to choose one itself. Below the range from which the system takes the ports of
/// outgoing connections, so that a server that is down for a while finds its port free again.
/// </summary>
public static class LoopbackPorts
{
    private static readonly HashSet<int> Taken = [];

    public static int Next()
    {
        lock (Taken)
        {
            while (true)
            {
                var port = Random.Shared.Next(15_000, 32_000);
                if (IsFree(port) && Taken.Add(port))
                    return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
