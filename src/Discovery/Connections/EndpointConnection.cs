namespace Interceptors.Discovery;

/// <summary>
/// The connection to one endpoint, made ahead of its calls and made anew whenever it ends. Ready when TCP, TLS and HTTP/2's settings are
/// done, lost when the last connection has ended. Calls beyond the streams that the server allows get further connections.
/// </summary>
internal sealed partial class EndpointConnection : IDisposable
{
    private static readonly TimeSpan FirstReconnectDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LostPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<PreparedConnection> _open = [];

    // They take no new calls any more, but may have some.
    private readonly List<PreparedConnection> _leaving = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly EndpointTransport _transport;
    private readonly IConnectionObserver _observer;
    private readonly Action<PreparedConnection> _onEnded;
    private HttpMessageInvoker? _client;
    private EndpointUris? _uris;
    private (Stream Stream, PreparedConnection Connection)? _unused;
    private TaskCompletionSource<PreparedConnection?>? _lost;
    private bool _isStarted;
    private bool _isClosed;
    private Action<EndpointConnection>? _onDrained;

    /// <param name="endpoint">Where to.</param>
    /// <param name="authority">
    /// What calls say in <c>:authority</c> in place of the address, and whose certificate the server must have; null for none.
    /// </param>
    /// <param name="transport">Makes connections.</param>
    /// <param name="observer">Told each change, never under a lock of this.</param>
    public EndpointConnection(DiscoveryEndpoint endpoint, string? authority, EndpointTransport transport, IConnectionObserver observer)
    {
        Endpoint = endpoint;
        Authority = authority;
        _transport = transport;
        _observer = observer;
        _onEnded = OnEnded;
    }

    public DiscoveryEndpoint Endpoint { get; }

    public string? Authority { get; }

    // Most of many endpoints wait long for their first call.
    public EndpointUris Uris =>
        Volatile.Read(ref _uris)
        ?? Interlocked.CompareExchange(ref _uris, new EndpointUris(_transport.Settings.IsSecure, Endpoint), null)
        ?? _uris;

    /// <summary>Whether a connection is open that takes calls.</summary>
    public bool IsReady
    {
        get
        {
            lock (_lock)
                return _open.Count > 0;
        }
    }

    /// <summary>Begins to connect, and to keep connected, unless it has begun.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_isStarted || _isClosed)
                return;
            _isStarted = true;
        }

        _transport.Starter.Start(this);
    }

    /// <summary>Sends a request that was addressed to this endpoint.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var version = _transport.Settings.HttpVersion;
        if (request.Version != version)
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        return (Volatile.Read(ref _client) ?? CreateClient()).SendAsync(request, cancellationToken);
    }

    /// <summary>
    /// Makes no connection any more. Calls that run go on, and those that wait for a stream; the server, or the idle time, closes what is
    /// open.
    /// </summary>
    /// <param name="onDrained">Told when nothing is open any more, perhaps at once.</param>
    public void Retire(Action<EndpointConnection> onDrained)
    {
        (Stream Stream, PreparedConnection Connection)? unused;
        TaskCompletionSource<PreparedConnection?>? lost;
        lock (_lock)
        {
            _isClosed = true;
            _onDrained = onDrained;
            (unused, lost) = (_unused, _lost);
            _unused = null;
        }

        _closed.Cancel();
        lost?.TrySetResult(null);
        unused?.Connection.Close();
        if (!IsReady)
            onDrained(this);
    }

    /// <summary>Closes everything, whoever uses it.</summary>
    public void Dispose()
    {
        Retire(static _ => { });
        _client?.Dispose();
        PreparedConnection[] open;
        lock (_lock)
            open = [.. _open, .. _leaving];
        // An HTTP client that is disposed leaves alone what runs.
        foreach (var connection in open)
            connection.Close();
    }

    public override string ToString() => Endpoint.ToString();

    /// <summary>Connects, and connects again whenever the connection is lost, until this is closed. Never fails.</summary>
    internal async Task KeepConnectedAsync()
    {
        var longest = _transport.Settings.MaxReconnectDelay;
        var backoff = new Backoff(Shorter(FirstReconnectDelay, longest), longest, _transport.Time);
        while (!_closed.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                backoff.AttemptStarts();
                pause = await ConnectAsync().ConfigureAwait(false) is { } lost
                    ? await WaitUntilLostAsync(lost, backoff).ConfigureAwait(false)
                    : backoff.Next();
            }
            catch (Exception exception)
            {
                // Whatever it was, an endpoint that is never tried again would be worse.
                LogFailed(_transport.Logger, exception, this);
                pause = backoff.Next();
            }

            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _transport.Time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>
    /// What completes when the last connection is lost, with that one, or with null when no other is to be made; null if there is none.
    /// </returns>
    private async Task<Task<PreparedConnection?>?> ConnectAsync()
    {
        try
        {
            var made = await _transport.ConnectAsync(Endpoint, Authority, _onEnded, _closed.Token).ConfigureAwait(false);
            var ping = _transport.Settings.KeepAlivePing;
            var isPinged = ping.WithoutCalls && _transport.Settings.IsHttp2;
            made.Connection.Watch(isPinged && ping.Delay != Timeout.InfiniteTimeSpan ? (ping.Delay, ping.Timeout) : null);
            Task<PreparedConnection?> lost;
            lock (_lock)
            {
                if (_isClosed)
                {
                    made.Connection.Close();
                    return null;
                }

                _unused = made;
                Add(made.Connection);
                _lost = new TaskCompletionSource<PreparedConnection?>(TaskCreationOptions.RunContinuationsAsynchronously);
                lost = _lost.Task;
            }

            NoticeEnd(made.Connection);
            _observer.OnReady(this);
            return lost;
        }
        catch (OperationCanceledException)
        {
            // Closed.
            return null;
        }
        catch (EndpointUnavailableException exception)
        {
            _observer.OnFailing(this, exception);
            return null;
        }
    }

    private async Task<TimeSpan> WaitUntilLostAsync(Task<PreparedConnection?> lost, Backoff backoff)
    {
        var since = _transport.Time.GetTimestamp();
        var last = await lost.ConfigureAwait(false);
        if (last is null || _closed.IsCancellationRequested)
            return TimeSpan.Zero;
        var mustHurry = _observer.OnLost(this);
        // Over HTTP/1.1 a server may close after each answer, and is as well as any other.
        if (!_transport.Settings.IsHttp2 && last.HasAnswered)
        {
            backoff.Reset();
            return TimeSpan.Zero;
        }

        // One that works for a moment only, over and over, is slowed down.
        if (_transport.Time.GetElapsedTime(since) < LostPause)
            return backoff.Next();
        // Over HTTP/1.1 a server closes what has been idle.
        if (!_transport.Settings.IsHttp2)
            return TimeSpan.Zero;
        // A process that is being killed resets its connections one by one, and may accept others until the last of them.
        return mustHurry ? TimeSpan.Zero : LostPause * (1 + Jitter.NextDouble());
    }

    /// <summary>Under the lock.</summary>
    private void Add(PreparedConnection connection)
    {
        _open.Add(connection);
        _transport.Metrics?.Connected(_transport.Target);
    }

    /// <summary>One that has ended before it was counted has told nobody.</summary>
    private void NoticeEnd(PreparedConnection connection)
    {
        if (connection.HasEnded)
            OnEnded(connection);
    }

    private void OnEnded(PreparedConnection connection)
    {
        TaskCompletionSource<PreparedConnection?>? lost;
        Action<EndpointConnection>? drained;
        lock (_lock)
        {
            if (!_open.Remove(connection))
                return;
            _transport.Metrics?.Disconnected(_transport.Target);
            _leaving.RemoveAll(static leaving => leaving.IsClosed);
            _leaving.Add(connection);
            if (_unused?.Connection == connection)
                _unused = null;
            if (_open.Count > 0)
                return;
            (lost, drained) = (_lost, _onDrained);
        }

        lost?.TrySetResult(connection);
        drained?.Invoke(this);
    }

    private HttpMessageInvoker CreateClient()
    {
        lock (_lock)
        {
            if (_client is not null)
                return _client;
            var settings = _transport.Settings;
            var handler = new SocketsHttpHandler
            {
                ConnectCallback = TakeConnectionAsync,
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingDelay = settings.KeepAlivePing.Delay,
                KeepAlivePingTimeout = settings.KeepAlivePing.Timeout,
                KeepAlivePingPolicy = settings.KeepAlivePing.WithoutCalls
                    ? HttpKeepAlivePingPolicy.Always
                    : HttpKeepAlivePingPolicy.WithActiveRequests,
                PooledConnectionIdleTimeout = settings.IdleTimeout,
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
            };
            return _client = new HttpMessageInvoker(handler, disposeHandler: true);
        }
    }

    /// <summary>Gives the HTTP client the connection that is there, or another one where that has no stream left.</summary>
    private async ValueTask<Stream> TakeConnectionAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        (Stream Stream, PreparedConnection Connection)? unused;
        lock (_lock)
        {
            unused = _unused;
            _unused = null;
        }

        if (unused is { } ready)
        {
            await ready.Connection.HandOverAsync(cancellationToken).ConfigureAwait(false);
            return ready.Stream;
        }

        if (_closed.IsCancellationRequested || !IsReady)
            throw new EndpointUnavailableException($"{Endpoint} is not connected");
        var further = await _transport.ConnectAsync(Endpoint, Authority, _onEnded, cancellationToken).ConfigureAwait(false);
        lock (_lock)
            Add(further.Connection);
        NoticeEnd(further.Connection);
        await further.Connection.HandOverAsync(cancellationToken).ConfigureAwait(false);
        return further.Stream;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
