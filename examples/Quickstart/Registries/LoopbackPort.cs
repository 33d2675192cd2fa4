using System.Net;
using System.Net.Sockets;

namespace Quickstart.Registries;

/// <summary>
/// Free ports for a server that can't choose one itself. From below the range that systems use for outgoing connections, so
/// that a server that was down for a moment finds its port free.
/// </summary>
internal static class LoopbackPort
{
    public static string NextAddress()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return $"http://127.0.0.1:{port}";
            }
            catch (SocketException)
            {
                // Taken; the next one may be free.
            }
        }
    }
}
