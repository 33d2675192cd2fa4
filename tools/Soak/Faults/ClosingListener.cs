using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Interceptors.Soak.Faults;

/// <summary>Accepts connections and closes each at once, as a proxy does that has no server behind it.</summary>
internal sealed class ClosingListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _closing;

    public ClosingListener()
    {
        _listener.Start();
        _closing = CloseAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task CloseAllAsync()
    {
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync();
        }
    }
}
