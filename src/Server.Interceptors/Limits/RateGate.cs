namespace Interceptors.Server;

/// <summary>Limits how many calls start per period, by the generic cell rate algorithm (ITU-T I.371).</summary>
/// <remarks>
/// The state is a single time: when the next call may start if calls come evenly. So there is no timer, and both the waiting time of a
/// call and the retry time of a refused call are known exactly. The framework's TokenBucketRateLimiter without a timer refills a full
/// bucket right after the first call and lets more calls pass than configured.
/// </remarks>
internal sealed class RateGate : LimitGate
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(24);

    private readonly TimeProvider _time;
    private readonly int _queueLength;
    private readonly long _interval;
    private readonly long _early;
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

    public override bool IsIdle => _time.GetTimestamp() >= Volatile.Read(ref _next);

    public override TimeSpan? RetryAfter
    {
        get
        {
            var wait = Volatile.Read(ref _next) - _early - _time.GetTimestamp();
            return wait > 0 ? _time.GetElapsedTime(0, wait) : TimeSpan.Zero;
        }
    }

    public override bool TryPass(ServerCall call)
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

    public override async ValueTask<bool> WaitAsync(ServerCall call)
    {
        if (Interlocked.Increment(ref _queued) > _queueLength)
        {
            Interlocked.Decrement(ref _queued);
            return false;
        }
        // Its turn is taken at once, so that those who come later come after it.
        var turn = Interlocked.Add(ref _next, _interval) - _interval;
        try
        {
            var wait = turn - _early - _time.GetTimestamp();
            var delay = wait > 0 ? _time.GetElapsedTime(0, wait) : TimeSpan.Zero;
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, _time, call.Context.CancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            Interlocked.Add(ref _next, -_interval);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }
}
