using System.Net;
using System.Net.Sockets;

namespace Interceptors.Discovery.Tests;

/// <summary>A port that takes every connection and never says anything.</summary>
internal sealed class Silence : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _taken = [];
    private readonly Task _taking;

    public Silence()
    {
        _listener.Start();
        _taking = TakeAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many connections it has.</summary>
    public int Taken
    {
        get
        {
            lock (_taken)
                return _taken.Count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _taken.ForEach(socket => socket.Dispose());
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync();
            lock (_taken)
                _taken.Add(socket);
        }
    }
}
