namespace Interceptors;

/// <summary>
/// The pause between two attempts. It doubles from <paramref name="first"/> up to <paramref name="cap"/>, with jitter between half and
/// all of it, so that many processes that lost the same server do not come back at one moment. It starts over once an attempt has lasted
/// longer than the cap; an attempt that succeeds and fails at once, over and over, therefore slows down too. Not thread safe.
/// </summary>
/// <param name="first">The pause after the first failure.</param>
/// <param name="cap">The longest pause.</param>
/// <param name="timeProvider">Measures how long an attempt lasted.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan cap, TimeProvider timeProvider)
{
    private int _failures;
    private long _attemptStarted = timeProvider.GetTimestamp();

    /// <summary>Takes note that an attempt starts.</summary>
    public void AttemptStarts() => _attemptStarted = timeProvider.GetTimestamp();

    /// <summary>The pause before the next attempt, now that one has failed.</summary>
    public TimeSpan Next()
    {
        if (timeProvider.GetElapsedTime(_attemptStarted) > cap)
            _failures = 0;
        var longest = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromMilliseconds(longest * (0.5 + (0.5 * Jitter.NextDouble())));
    }
}
