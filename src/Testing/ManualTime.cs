namespace Interceptors.Testing;

/// <summary>A clock that moves only when told. Its timers are real ones: what is timed by them is a bound, not a moment.</summary>
/// <param name="start">The time that it shows at first.</param>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    /// <summary>A clock that starts at the first moment of 2030, in UTC.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <summary>Moves it, forward or back.</summary>
    /// <param name="time">How far.</param>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
