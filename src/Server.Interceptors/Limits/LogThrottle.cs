namespace Interceptors.Server;

/// <summary>Allows the first log line of an event and then at most one per interval. Counts the events in between.</summary>
internal sealed class LogThrottle(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long _next = long.MinValue;
    private int _refused;

    /// <summary>Counts a refusal.</summary>
    /// <param name="refused">How many there were since the last line.</param>
    /// <returns>Whether to write a line.</returns>
    public bool IsLineDue(out int refused)
    {
        Interlocked.Increment(ref _refused);
        refused = 0;
        var now = time.GetTimestamp();
        var next = Volatile.Read(ref _next);
        if (now < next
            || Interlocked.CompareExchange(ref _next, now + (long)(Interval.TotalSeconds * time.TimestampFrequency), next) != next)
            return false;
        refused = Interlocked.Exchange(ref _refused, 0);
        return true;
    }
}
