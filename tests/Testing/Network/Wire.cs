using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Interceptors.Testing;

/// <summary>
/// A loopback proxy that can break its connections, or carry nothing over them; or one that accepts and never says a word.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Uri? _target;
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile TaskCompletionSource _flow = Open();
    private int _connections;
    private long _bytesUntilCut = long.MaxValue;

    /// <param name="endpoint">Where it leads.</param>
    /// <param name="host">The loopback address to listen on.</param>
    /// <param name="port">The port to listen on; 0 for a free one.</param>
    public Wire(string endpoint, string host = "127.0.0.1", int port = 0)
        : this(new Uri(endpoint), new IPEndPoint(IPAddress.Parse(host), port))
    {
    }

    public Wire(bool silent)
        : this(silent ? null : throw new ArgumentOutOfRangeException(nameof(silent)), new IPEndPoint(IPAddress.Loopback, 0))
    {
    }

    private Wire(Uri? target, IPEndPoint listen)
    {
        _target = target;
        _listener = new TcpListener(listen);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"{_target?.Scheme ?? "http"}://{_listener.LocalEndpoint}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many were ever made to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Breaks all connections, and each new one, until mended.</summary>
    public void Cut()
    {
        _isCut = true;
        Break();
    }

    public void Mend() => _isCut = false;

    /// <summary>Breaks all connections once this many more bytes have come back from the server; new ones work.</summary>
    public void BreakAfter(long bytes) => Interlocked.Exchange(ref _bytesUntilCut, bytes);

    /// <summary>Whether <see cref="BreakAfter"/> has come to pass.</summary>
    public bool HasBroken => Interlocked.Read(ref _bytesUntilCut) < 0;

    /// <summary>Keeps connections open, and accepts new ones, but carries nothing: a black hole.</summary>
    public void Swallow() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Carries again, what has gathered meanwhile first.</summary>
    public void Flow() => _flow.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cut();
        Flow();
        _listener.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private void Break()
    {
        foreach (var client in _clients)
            client.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _clients.Add(client);
            Interlocked.Increment(ref _connections);
            if (_isCut)
                client.Dispose();
            else if (_target is not null)
                _ = CarryAsync(client, _target).ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
    }

    private async Task CarryAsync(TcpClient client, Uri target)
    {
        // Closed as well when there is nobody to carry to: a target that is down refuses, it does not keep silent.
        using var accepted = client;
        using var server = new TcpClient();
        _clients.Add(server);
        await server.ConnectAsync(target.Host, target.Port);
        var there = PumpAsync(client.GetStream(), server.GetStream(), _ => { });
        var back = PumpAsync(server.GetStream(), client.GetStream(), CountBack);
        await Task.WhenAny(there, back);
        client.Dispose();
        server.Dispose();
        await Task.WhenAll(there, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Action<int> onCarry)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            await _flow.Task;
            onCarry(read);
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private void CountBack(int bytes)
    {
        if (Interlocked.Read(ref _bytesUntilCut) is var left and >= 0 and < long.MaxValue
            && Interlocked.Add(ref _bytesUntilCut, -bytes) < 0 && left >= 0)
            Break();
    }
}
