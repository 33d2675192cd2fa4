using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// A connection that is known to work before its first call. Over HTTP/2 the preface was sent and the server's SETTINGS have come; until
/// an HTTP client takes it over, it answers pings and notices the end. The client then reads what the server had sent, so that it knows
/// how many streams the server allows before it sends the first request. Over HTTP/1.1 there is nothing to prepare but the connection.
/// </summary>
/// <param name="transport">The bytes.</param>
/// <param name="onEnded">Told once that the connection takes no new calls: it was closed, broke, or the server said GOAWAY.</param>
internal sealed class PreparedConnection(IRawTransport transport, Action<PreparedConnection> onEnded)
{
    // Kestrel's first frames are 49 bytes.
    private const int FirstBufferSize = 64;

    private readonly Lock _lock = new();
    private readonly List<byte> _replay = [];
    private byte[] _buffer = new byte[FirstBufferSize];
    private int _buffered;
    private int _replayed;
    private int _acked;
    private Task? _watching;
    private TaskCompletionSource? _handOver;
    private ClientPrelude? _prelude;
    private FrameScanner _incoming;
    private bool _isHttp2;
    private bool _isGoingAway;
    private ReadOnlyMemory<byte> _late;
    private Phase _phase;
    private bool _isPinged;
    private int _ended;

    private enum Phase
    {
        /// <summary>Nobody uses it.</summary>
        Idle,

        /// <summary>Something has come that is looked at, or a ping is sent.</summary>
        Reading,

        /// <summary>An HTTP client uses it.</summary>
        HandedOver,
    }

    /// <summary>Whether it takes no new calls any more.</summary>
    public bool HasEnded => Volatile.Read(ref _ended) != 0;

    /// <summary>Whether the server has sent something over it since an HTTP client uses it.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether nothing uses it any more, not even a call that runs.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sends the preface, and waits for the server's SETTINGS and for its acknowledgement of ours.</summary>
    /// <exception cref="EndpointUnavailableException">The other side closed, or does not speak HTTP/2.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _isHttp2 = true;
        await transport.WriteRawAsync(Http2Frame.Preface, cancellationToken).ConfigureAwait(false);
        var isAcknowledged = false;
        while (!isAcknowledged || _acked == 0)
        {
            if (!await ReadMoreAsync(cancellationToken).ConfigureAwait(false))
                throw new EndpointUnavailableException("it closed the connection before it had sent its HTTP/2 settings");
            isAcknowledged |= await TakeFramesAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins to notice the connection's end, and to answer pings.</summary>
    /// <param name="keepAlive">Pings the server, and takes the connection for dead if there is no answer; null for no pings.</param>
    public void Watch((TimeSpan Delay, TimeSpan Timeout)? keepAlive) => _watching = WatchAsync(keepAlive);

    /// <summary>Leaves the connection to an HTTP client, which writes its preface next.</summary>
    public async ValueTask HandOverAsync(CancellationToken cancellationToken)
    {
        Task? reading = null;
        lock (_lock)
        {
            if (_phase == Phase.Reading)
                reading = (_handOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            else
                BeHandedOver();
        }

        if (reading is not null)
            await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (HasEnded)
            throw new EndpointUnavailableException("the connection has ended");
    }

    /// <summary>What the HTTP client reads.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_replayed == _replay.Count)
            return ReadLiveAsync(buffer, cancellationToken);
        var count = Math.Min(buffer.Length, _replay.Count - _replayed);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_replay).Slice(_replayed, count).CopyTo(buffer.Span);
        _replayed += count;
        return ValueTask.FromResult(count);
    }

    /// <summary>What the HTTP client writes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_prelude is null)
            return transport.WriteRawAsync(buffer, cancellationToken);
        var isPreface = _prelude.IsAtStart;
        var left = _prelude.Filter(buffer.Span);
        if (_prelude.IsOver)
            _prelude = null;
        return left.IsEmpty ? ValueTask.CompletedTask
            : isPreface ? WritePrefaceAsync(left, cancellationToken)
            : transport.WriteRawAsync(left, cancellationToken);
    }

    // Before it, no request can have been sent.
    private async ValueTask WritePrefaceAsync(ReadOnlyMemory<byte> left, CancellationToken cancellationToken)
    {
        try
        {
            await transport.WriteRawAsync(left, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new EndpointUnavailableException("the connection ended before its first request", exception);
        }
    }

    /// <summary>Takes note that the connection has no future.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            onEnded(this);
    }

    /// <summary>Its bytes are gone.</summary>
    public void NoticeClosed()
    {
        IsClosed = true;
        End();
    }

    /// <summary>Closes it, whoever uses it.</summary>
    public void Close()
    {
        transport.Dispose();
        End();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadLiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (_watching is { } watching)
            {
                await watching.ConfigureAwait(false);
                _watching = null;
                if (SaysGoAway(_late.Span) || _isGoingAway)
                    End();
            }

            if (_late.Length > 0)
                return TakeLate(buffer);
            var count = await transport.ReadRawAsync(buffer, cancellationToken).ConfigureAwait(false);
            HasAnswered |= count > 0;
            if (count > 0 ? SaysGoAway(buffer.Span[..count]) : buffer.Length > 0)
                End();
            return count;
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <summary>What has come by the read that was under way when the connection was handed over.</summary>
    private int TakeLate(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _late.Length);
        _late[..count].CopyTo(buffer);
        _late = _late[count..];
        HasAnswered = true;
        return count;
    }

    private async Task WatchAsync((TimeSpan Delay, TimeSpan Timeout)? keepAlive)
    {
        try
        {
            while (true)
            {
                if (_buffered == _buffer.Length)
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                var free = _buffer.AsMemory(_buffered);
                var count = keepAlive is { } ping
                    ? await ReadPingedAsync(free, ping.Delay, ping.Timeout).ConfigureAwait(false)
                    : await transport.ReadRawAsync(free, CancellationToken.None).ConfigureAwait(false);
                if (!TryEnter(Phase.Reading))
                {
                    _late = free[..count];
                    return;
                }

                _buffered += count;
                if (count > 0 && _isHttp2)
                    await TakeFramesAsync(CancellationToken.None).ConfigureAwait(false);
                else
                    Close();
                if (_isPinged && count > 0)
                    continue;
                if (Leave() || HasEnded)
                    return;
            }
        }
        catch (Exception)
        {
            // Whatever broke it, an unused connection that breaks is no error of anybody's: another one is made.
            Close();
            Leave();
        }
    }

    private async ValueTask<int> ReadPingedAsync(Memory<byte> free, TimeSpan delay, TimeSpan timeout)
    {
        // Nobody waits for it once its ping was not answered in time.
        var data = transport.ReadRawAsync(free, CancellationToken.None).AsTask().Observed();
        if (!_isPinged
            && !await data.CompletesWithinAsync(delay, TimeProvider.System, CancellationToken.None).ConfigureAwait(false)
            && TryEnter(Phase.Reading))
        {
            // Not handed over before the answer has come: an HTTP client takes an answer that it did not ask for for an error.
            _isPinged = true;
            await transport.WriteRawAsync(
                Http2Frame.PingFrame(isAnswer: false, "discover"u8), CancellationToken.None).ConfigureAwait(false);
        }

        if (_isPinged && !await data.CompletesWithinAsync(timeout, PoolTime.Shared, CancellationToken.None).ConfigureAwait(false))
            throw new TimeoutException();
        return await data.ConfigureAwait(false);
    }

    private bool TryEnter(Phase phase)
    {
        lock (_lock)
        {
            if (_phase == Phase.HandedOver)
                return false;
            _phase = phase;
            return true;
        }
    }

    /// <returns>Whether it was handed over.</returns>
    private bool Leave()
    {
        lock (_lock)
        {
            if (_phase == Phase.Reading)
                _phase = Phase.Idle;
            if (_handOver is not null)
                BeHandedOver();
            _handOver?.TrySetResult();
            return _phase == Phase.HandedOver;
        }
    }

    private void BeHandedOver()
    {
        _phase = Phase.HandedOver;
        if (!_isHttp2)
            return;
        _prelude = new ClientPrelude(_acked);
        var begun = _buffer.AsSpan(0, _buffered);
        _replay.AddRange(begun);
        _isGoingAway = _incoming.Scan(begun, Http2Frame.GoAway);
    }

    private bool SaysGoAway(ReadOnlySpan<byte> bytes) => _isHttp2 && _incoming.Scan(bytes, Http2Frame.GoAway);

    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_buffered == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = await transport.ReadRawAsync(_buffer.AsMemory(_buffered), cancellationToken).ConfigureAwait(false);
        _buffered += count;
        return count > 0;
    }

    /// <summary>Takes all frames that have come whole.</summary>
    /// <returns>Whether our SETTINGS were acknowledged among them.</returns>
    private async ValueTask<bool> TakeFramesAsync(CancellationToken cancellationToken)
    {
        var isAcknowledged = false;
        var taken = 0;
        while (_buffered - taken >= Http2Frame.HeaderSize)
        {
            var frame = Http2Frame.Read(_buffer.AsSpan(taken));
            if (frame.Length > Http2Frame.MaxLength || (_acked == 0 && frame.Type is not (Http2Frame.Settings or Http2Frame.GoAway)))
                throw new EndpointUnavailableException("it does not speak HTTP/2");
            var whole = Http2Frame.HeaderSize + frame.Length;
            if (_buffered - taken < whole)
                break;
            isAcknowledged |= frame.IsSettingsAck;
            await TakeFrameAsync(frame, _buffer.AsMemory(taken, whole), cancellationToken).ConfigureAwait(false);
            taken += whole;
        }

        _buffer.AsSpan(taken, _buffered - taken).CopyTo(_buffer);
        _buffered -= taken;
        return isAcknowledged;
    }

    private async ValueTask TakeFrameAsync(Http2Frame frame, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (frame.IsPing)
        {
            var answer = Http2Frame.PingFrame(isAnswer: true, bytes.Span[Http2Frame.HeaderSize..]);
            await transport.WriteRawAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        else if (frame.Type == Http2Frame.Ping)
        {
            _isPinged = false;
        }
        else if (frame.Type == Http2Frame.GoAway)
        {
            throw new EndpointUnavailableException(Http2Frame.RequiresHttp11(bytes.Span) ? Http2Frame.Http11Required : "it is going away");
        }
        else if (frame.Type == Http2Frame.Settings && !frame.IsSettingsAck)
        {
            _replay.AddRange(bytes.Span);
            _acked++;
            await transport.WriteRawAsync(Http2Frame.SettingsAck, cancellationToken).ConfigureAwait(false);
        }
        else if (frame.Type == Http2Frame.WindowUpdate)
        {
            _replay.AddRange(bytes.Span);
        }
    }
}
