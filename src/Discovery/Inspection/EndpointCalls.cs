using System.Runtime.InteropServices;

namespace Interceptors.Discovery;

/// <summary>
/// Counts the calls of one endpoint, or of all of a target. Thread safe without a lock; a reading in between may miss a part of a call.
/// </summary>
internal sealed class EndpointCalls
{
    private readonly long[] _durations = new long[CallDurations.Classes];
    private long _started;
    private long _lastStarted;
    private long _failed;
    private long _abandoned;
    private long _ticks;

    public void Begin(DateTimeOffset now)
    {
        Interlocked.Increment(ref _started);
        Volatile.Write(ref _lastStarted, now.UtcTicks);
    }

    public void Count(CallOutcome outcome, TimeSpan duration)
    {
        if (outcome == CallOutcome.Abandoned)
        {
            Interlocked.Increment(ref _abandoned);
            return;
        }

        if (outcome == CallOutcome.Failed)
            Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _ticks, duration.Ticks);
        Interlocked.Increment(ref _durations[CallDurations.ClassOf(duration)]);
    }

    public CallCounts Read()
    {
        var durations = new long[CallDurations.Classes];
        var ended = Volatile.Read(ref _abandoned);
        for (var i = 0; i < durations.Length; i++)
            ended += durations[i] = Volatile.Read(ref _durations[i]);
        var lastStarted = Volatile.Read(ref _lastStarted);
        var time = TimeSpan.FromTicks(Volatile.Read(ref _ticks));
        return new CallCounts(Volatile.Read(ref _failed), time, ImmutableCollectionsMarshal.AsImmutableArray(durations))
        {
            Abandoned = Volatile.Read(ref _abandoned),
            // Those that had begun before counting did may have ended since.
            Started = Math.Max(ended, Volatile.Read(ref _started)),
            LastStarted = lastStarted == 0 ? null : new DateTimeOffset(lastStarted, TimeSpan.Zero),
        };
    }
}
