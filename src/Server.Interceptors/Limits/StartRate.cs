namespace Interceptors.Server;

/// <summary>
/// The rate of a limit: calls may start an interval apart, and so many of them early. It is the generic cell rate algorithm (ITU-T
/// I.371): the state is one time, that of the next start by the book, so that there is no timer, and both how long a call must wait and
/// when a refused one should come again are known exactly. The framework's TokenBucketRateLimiter without a timer refills a bucket
/// that was full for a while as soon as a call has been taken from it, and so lets more calls pass than it should.
/// </summary>
internal sealed class StartRate : Gate
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(24);

    private readonly TimeProvider _time;
    private readonly int _queueLength;
    private readonly long _interval;
    private readonly long _early;
    private long _next;
    private int _queued;

    public StartRate(LimitKind kind, LimitOptions options, int calls, RefusalThrottle refusals, TimeProvider time)
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
