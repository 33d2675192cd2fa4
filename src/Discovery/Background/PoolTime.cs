namespace Interceptors.Discovery;

/// <summary>
/// A clock that slows down while the thread pool is starved. Limits on how long another process may take are measured by it: what has
/// answered in time must not count as silent because no thread was free to read the answer.
/// </summary>
/// <remarks>
/// While a timer is pending, a work item is put behind all others of the pool every 20 ms. Until the next one has run, 100 ms pass at most.
/// So the clock never stands still, and a limit ends under any load. A timer calls back as such a work item too: what was ready to run
/// before it runs before it.
/// </remarks>
internal sealed class PoolTime : TimeProvider, IThreadPoolWorkItem
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly ITimer _rounds;
    private int _pending;
    private long _roundStarted;
    private long _lost;

    private PoolTime()
    {
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _rounds = System.CreateTimer(
            static time => ThreadPool.UnsafeQueueUserWorkItem((PoolTime)time!, preferLocal: false), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The clock of this process.</summary>
    public static PoolTime Shared { get; } = new();

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>This clock in place of the system's; any other as it is.</summary>
    public static TimeProvider Of(TimeProvider time) => ReferenceEquals(time, System) ? Shared : time;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            var now = System.GetTimestamp();
            return now - _lost - LostIn(now);
        }
    }

    /// <summary>A timer that fires once.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new PoolTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends a round, and starts the next one.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
            StartRound(_pending > 0 ? Round : Timeout.InfiniteTimeSpan);
    }

    private void StartRound(TimeSpan length)
    {
        var now = System.GetTimestamp();
        _lost += LostIn(now);
        _roundStarted = now;
        _rounds.Change(length, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What does not count of the round that has not ended yet.</summary>
    private long LostIn(long now) =>
        _pending == 0 ? 0 : Math.Max(0, now - _roundStarted - (long)(LongestRound.TotalSeconds * TimestampFrequency));

    private void Count(int pending)
    {
        lock (_lock)
        {
            var isFirst = _pending == 0 && pending > 0;
            if (_pending + pending == 0)
                _lost += LostIn(System.GetTimestamp());
            _pending += pending;
            if (isFirst)
                (_roundStarted, _) = (System.GetTimestamp(), _rounds.Change(Round, Timeout.InfiniteTimeSpan));
        }
    }

    private sealed class PoolTimer : ITimer, IThreadPoolWorkItem
    {
        private readonly Lock _lock = new();
        private readonly PoolTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private long? _due;
        private bool _disposed;

        public PoolTimer(PoolTime time, TimerCallback callback, object? state)
        {
            (_time, _callback, _state) = (time, callback, state);
            using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            _timer = System.CreateTimer(
                static timer => ThreadPool.UnsafeQueueUserWorkItem((PoolTimer)timer!, preferLocal: false), this,
                Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("A timer of this clock fires once.");
            lock (_lock)
            {
                if (_disposed)
                    return false;
                Set(dueTime == Timeout.InfiniteTimeSpan
                    ? null
                    : _time.GetTimestamp() + (long)(dueTime.TotalSeconds * _time.TimestampFrequency));
                return _timer.Change(dueTime, period);
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                Set(null);
                _disposed = true;
                _timer.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        void IThreadPoolWorkItem.Execute()
        {
            lock (_lock)
            {
                if (_due is not { } due)
                    return;
                if (_time.GetTimestamp() is var now && now < due)
                {
                    _timer.Change(_time.GetElapsedTime(now, due) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                    return;
                }

                Set(null);
            }

            _callback(_state);
        }

        private void Set(long? due)
        {
            if (due is null != _due is null)
                _time.Count(due is null ? -1 : 1);
            _due = due;
        }
    }
}
