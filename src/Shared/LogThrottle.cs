namespace Interceptors;

/// <summary>Allows the first log line of an event and then at most one per interval. Counts the events in between.</summary>
internal sealed class LogThrottle(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long _next = long.MinValue;
    private int _events;

    /// <summary>Counts an event.</summary>
    /// <param name="events">How many there were since the last line.</param>
    /// <param name="more">How many it counts for.</param>
    /// <returns>Whether to write a line.</returns>
    public bool IsLineDue(out int events, int more = 1)
    {
        Interlocked.Add(ref _events, more);
        events = 0;
        var now = time.GetTimestamp();
        var next = Volatile.Read(ref _next);
        if (now < next
            || Interlocked.CompareExchange(ref _next, now + (long)(Interval.TotalSeconds * time.TimestampFrequency), next) != next)
            return false;
        events = Interlocked.Exchange(ref _events, 0);
        return true;
    }
}
