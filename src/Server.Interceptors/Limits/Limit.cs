namespace Interceptors.Server;

/// <summary>A limit at work: one or two gates.</summary>
internal sealed class Limit
{
    public Limit(LimitKind kind, LimitOptions options, RefusalThrottle refusals, TimeProvider time)
    {
        var gates = new List<Gate>(2);
        // Places first: unlike a start, a place can be given back by a call that is refused further in.
        if (options.MaxConcurrentCalls is { } places)
            gates.Add(new Places(kind, places, options.QueueLength, refusals));
        if (options.CallsPerPeriod is { } calls)
            gates.Add(new StartRate(kind, options, calls, refusals, time));
        Gates = [.. gates];
        LastUsed = time.GetTimestamp();
    }

    public Gate[] Gates { get; }

    /// <summary>When the limit was last asked for, as a timestamp of its time provider; kept for callers only.</summary>
    public long LastUsed { get; set; }

    public long Running => Gates.Sum(static gate => gate.Running);

    public long Queued => Gates.Sum(static gate => gate.Queued);

    public bool IsIdle => Array.TrueForAll(Gates, static gate => gate.IsIdle);
}
