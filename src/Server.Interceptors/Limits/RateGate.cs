namespace Interceptors.Server;

/// <summary>Limits how many calls start per period, by the generic cell rate algorithm (ITU-T I.371).</summary>
/// <remarks>
/// The state is a single time: when the next call may start if calls come evenly. So the waiting time of a call and the retry time of a
/// refused call are known exactly. The framework's TokenBucketRateLimiter without a timer refills a full bucket right after the first
/// call and lets more calls pass than configured. Waiting calls have no turn of their own: whoever is first in the queue takes the next
/// start, so one that gives up moves all others up.
/// </remarks>
internal sealed class RateGate : LimitGate
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(24);

    private readonly TimeProvider _time;
    private readonly int _queueLength;
    private readonly long _interval;
    private readonly long _early;
    private readonly Lock _queueLock = new();
    private readonly LinkedList<TaskCompletionSource> _queue = [];
    private ITimer? _timer;
    private long _next;
    private int _queued;

    public RateGate(LimitKind kind, CallLimit options, int calls, LogThrottle refusals, TimeProvider time)
        : base(kind, options.QueueLength > 0, refusals)
    {
        _time = time;
        _queueLength = options.QueueLength;
        var interval = options.Period.TotalSeconds * time.TimestampFrequency / calls;
        _interval = Math.Max(1, (long)interval);
        // Far from overflow, and as good as without bound.
        _early = (long)Math.Min(((options.Burst ?? calls) - 1) * interval, long.MaxValue / 4);
        _next = time.GetTimestamp();
    }

    public override long Running => 0;

    public override long Queued => Volatile.Read(ref _queued);

    public override bool IsIdle => Queued == 0 && _time.GetTimestamp() >= Volatile.Read(ref _next);

    public override TimeSpan? RetryAfter => TimeUntilStart(Queued * _interval);

    public override bool TryPass(ServerCall call) => Queued == 0 && TryStart();

    public override async ValueTask<bool> WaitAsync(ServerCall call)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource> place;
        lock (_queueLock)
        {
            if (_queue.Count == 0 && TryStart())
                return true;
            if (_queue.Count >= _queueLength)
                return false;
            place = _queue.AddLast(turn);
            Volatile.Write(ref _queued, _queue.Count);
            if (_queue.Count == 1)
                Schedule();
        }
        var cancellationToken = call.Context.CancellationToken;
        await using var registration = cancellationToken.UnsafeRegister(_ => Leave(place, cancellationToken), null).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
        return true;
    }

    private bool TryStart()
    {
        while (true)
        {
            var now = _time.GetTimestamp();
            var next = Volatile.Read(ref _next);
            if (now < next - _early)
                return false;
            if (Interlocked.CompareExchange(ref _next, Math.Max(now, next) + _interval, next) == next)
                return true;
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        lock (_queueLock)
        {
            // Gone if its turn came in this moment.
            if (place.List is null)
                return;
            _queue.Remove(place);
            Volatile.Write(ref _queued, _queue.Count);
        }
        place.Value.TrySetCanceled(cancellationToken);
    }

    /// <summary>Lets those start whose time has come.</summary>
    private void StartQueued()
    {
        lock (_queueLock)
        {
            while (_queue.First is { } first && TryStart())
            {
                _queue.RemoveFirst();
                Volatile.Write(ref _queued, _queue.Count);
                first.Value.SetResult();
            }
            if (_queue.Count > 0)
                Schedule();
        }
    }

    private void Schedule()
    {
        // Timers count in milliseconds, and must not fire before the time has come.
        var delay = TimeSpan.FromMilliseconds(Math.Ceiling(TimeUntilStart(0).TotalMilliseconds));
        if (delay > LongestDelay)
            delay = LongestDelay;
        _timer ??= _time.CreateTimer(
            static gate => ((RateGate)gate!).StartQueued(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan TimeUntilStart(long later)
    {
        var wait = Volatile.Read(ref _next) + later - _early - _time.GetTimestamp();
        return wait > 0 ? _time.GetElapsedTime(0, wait) : TimeSpan.Zero;
    }
}
