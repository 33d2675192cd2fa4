using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>A loopback proxy whose connections can be cut, or one that accepts and says nothing.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile bool _isCut;
    private int _connections;

    public Wire(string endpoint)
        : this(new Uri(endpoint))
    {
    }

    public Wire(bool silent)
        : this(target: silent ? null : throw new ArgumentOutOfRangeException(nameof(silent)))
    {
    }

    private Wire(Uri? target)
    {
        _listener.Start();
        _accepting = AcceptAsync(target);
    }

    public string Endpoint => $"http://{_listener.LocalEndpoint}";

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Breaks all connections, and each new one, until mended.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var client in _clients)
            client.Dispose();
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync(Uri? target)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _clients.Add(client);
            Interlocked.Increment(ref _connections);
            if (_isCut)
                client.Dispose();
            else if (target is not null)
                _ = CarryAsync(client, target).ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
    }

    private async Task CarryAsync(TcpClient client, Uri target)
    {
        using var server = new TcpClient();
        _clients.Add(server);
        await server.ConnectAsync(target.Host, target.Port);
        var here = client.GetStream().CopyToAsync(server.GetStream());
        var there = server.GetStream().CopyToAsync(client.GetStream());
        await Task.WhenAny(here, there);
        client.Dispose();
        server.Dispose();
        await Task.WhenAll(here, there).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
