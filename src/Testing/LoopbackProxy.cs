using System.Net;
using System.Net.Sockets;

namespace Interceptors.Testing;

/// <summary>The port of a test server. What passes can be held up, as by a frozen process, or cut off, as by a killed one.</summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly int _target;
    private readonly Task _accepting;
    private TaskCompletionSource _flow = Flowing();
    private bool _isStopped;

    public LoopbackProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Freeze()
    {
        lock (_lock)
        {
            if (_flow.Task.IsCompleted)
                _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Thaw()
    {
        lock (_lock)
            _flow.TrySetResult();
    }

    /// <summary>Cuts all connections and accepts no more.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Socket> sockets;
        lock (_lock)
        {
            if (_isStopped)
                return;
            _isStopped = true;
            sockets = [.. _sockets];
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        sockets.ForEach(Abort);
        Thaw();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (!Keep(client) || !Keep(server))
                return;
            await server.ConnectAsync(IPAddress.Loopback, _target).ConfigureAwait(false);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Either side is gone, and so is the other then.
        }
        finally
        {
            lock (_lock)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
            }
            Abort(client);
            Abort(server);
        }
    }

    private bool Keep(Socket socket)
    {
        lock (_lock)
            return !_isStopped && _sockets.Add(socket);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                await Volatile.Read(ref _flow).Task.ConfigureAwait(false);
                await to.SendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The caller ends both ways.
        }
    }

    /// <summary>Ends it with a reset, as the system does for a process that is killed.</summary>
    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
        socket.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flow = new TaskCompletionSource();
        flow.SetResult();
        return flow;
    }
}
