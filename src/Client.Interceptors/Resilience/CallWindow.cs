namespace Interceptors.Client;

/// <summary>Counts calls and failures over a sliding time, in ten steps. Not thread safe.</summary>
internal sealed class CallWindow(TimeSpan duration, TimeProvider time)
{
    private const int Steps = 10;

    private readonly (long Step, int Calls, int Failures)[] _counts = new (long, int, int)[Steps];
    private readonly long _stepLength = Math.Max(1, (long)(duration.TotalSeconds * time.TimestampFrequency / Steps));

    /// <summary>Counts a call.</summary>
    /// <returns>Whether it failed and too many have: the ratio is reached by at least the minimum of calls.</returns>
    public bool Add(bool failed, int minimum, double ratio)
    {
        var now = time.GetTimestamp() / _stepLength;
        ref var current = ref _counts[now % Steps];
        if (current.Step != now)
            current = (now, 0, 0);
        current.Calls++;
        if (!failed)
            return false;
        current.Failures++;

        var (calls, failures) = (0, 0);
        foreach (var count in _counts)
        {
            if (now - count.Step >= Steps)
                continue;
            calls += count.Calls;
            failures += count.Failures;
        }
        return calls >= minimum && failures >= ratio * calls;
    }

    public void Clear() => Array.Clear(_counts);
}
