namespace Interceptors;

/// <summary>
/// The pause between two attempts. It doubles from <paramref name="first"/> up to <paramref name="cap"/>; each pause is between half
/// and all of that, at random, so that many processes that lost one server do not come back at one moment. It starts over after an
/// attempt that held for longer than the cap. An attempt that succeeds and fails at once, again and again, therefore slows down too.
/// </summary>
/// <param name="first">The first pause.</param>
/// <param name="cap">The longest pause.</param>
/// <param name="time">Measures how long an attempt has held.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan cap, TimeProvider time)
{
    private int _failures;
    private long _attemptStarted = time.GetTimestamp();

    public void AttemptStarts() => _attemptStarted = time.GetTimestamp();

    /// <summary>The next pause is the first one again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The pause after an attempt that has failed.</summary>
    public TimeSpan Next()
    {
        if (time.GetElapsedTime(_attemptStarted) > cap)
            _failures = 0;
        var ceiling = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return Jitter.UpperHalf(TimeSpan.FromMilliseconds(ceiling));
    }
}
