using System.Runtime.InteropServices;

namespace Interceptors.Discovery;

/// <summary>Counts the calls of one endpoint. Thread safe without a lock; a reading in between may miss a part of a call.</summary>
internal sealed class EndpointCalls
{
    private readonly long[] _durations = new long[CallDurations.Classes];
    private long _failed;
    private long _ticks;

    public void Count(CallOutcome outcome, TimeSpan duration)
    {
        if (outcome == CallOutcome.Abandoned)
            return;
        if (outcome == CallOutcome.Failed)
            Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _ticks, duration.Ticks);
        Interlocked.Increment(ref _durations[CallDurations.ClassOf(duration)]);
    }

    public CallCounts Read()
    {
        var durations = new long[CallDurations.Classes];
        for (var i = 0; i < durations.Length; i++)
            durations[i] = Volatile.Read(ref _durations[i]);
        return new CallCounts(
            Volatile.Read(
                ref _failed), TimeSpan.FromTicks(Volatile.Read(ref _ticks)), ImmutableCollectionsMarshal.AsImmutableArray(durations));
    }
}
