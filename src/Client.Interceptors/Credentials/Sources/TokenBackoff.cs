namespace Interceptors.Client;

/// <summary>Pauses after failures: doubling up to a limit, with jitter so that many processes don't come back at once.</summary>
internal sealed class TokenBackoff(TimeSpan first, TimeSpan longest, Random random)
{
    public TimeSpan After(int failures)
    {
        var pause = Math.Min(first.Ticks * Math.Pow(2, Math.Min(failures - 1, 30)), longest.Ticks);
        return TimeSpan.FromTicks((long)(pause * (0.75 + (0.25 * random.NextDouble()))));
    }
}
