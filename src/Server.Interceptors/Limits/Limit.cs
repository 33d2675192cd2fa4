namespace Interceptors.Server;

/// <summary>A configured limit in use. It has one gate or two: concurrency, rate.</summary>
internal sealed class Limit
{
    public Limit(LimitKind kind, CallLimit options, LogThrottle refusals, TimeProvider time)
    {
        var gates = new List<LimitGate>(2);
        // Concurrency first: a call that the rate then refuses gives its slot back, but a start can't be given back.
        if (options.MaxConcurrentCalls is { } places)
            gates.Add(new ConcurrencyGate(kind, places, options.QueueLength, refusals));
        if (options.CallsPerPeriod is { } calls)
            gates.Add(new RateGate(kind, options, calls, refusals, time));
        Gates = [.. gates];
        LastUsed = time.GetTimestamp();
    }

    public LimitGate[] Gates { get; }

    /// <summary>When the limit was last asked for, as a timestamp of its time provider; kept for callers only.</summary>
    public long LastUsed { get; set; }

    public long Running => Gates.Sum(static gate => gate.Running);

    public long Queued => Gates.Sum(static gate => gate.Queued);

    public bool IsIdle => Array.TrueForAll(Gates, static gate => gate.IsIdle);
}
