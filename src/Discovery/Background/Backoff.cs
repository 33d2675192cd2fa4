namespace Interceptors.Discovery;

/// <summary>
/// The pause between two attempts: doubles from <paramref name="first"/> up to <paramref name="cap"/>, each time
/// between half and all of that, so that many processes that lost the same server do not come back at one moment.
/// Starts over once an attempt has held for longer than the cap; an attempt that succeeds and fails at once, over and
/// over, therefore slows down too.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan cap)
{
    private int _failures;
    private long _attemptStarted = Environment.TickCount64;

    public void AttemptStarts() => _attemptStarted = Environment.TickCount64;

    public TimeSpan Next()
    {
        if (Environment.TickCount64 - _attemptStarted > cap.TotalMilliseconds)
            _failures = 0;
        var ceiling = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + 0.5 * Jitter.NextDouble()));
    }
}
