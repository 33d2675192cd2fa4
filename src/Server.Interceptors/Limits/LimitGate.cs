namespace Interceptors.Server;

/// <summary>One condition that a call must pass before it runs: a limit on concurrent calls, or a rate.</summary>
internal abstract class LimitGate(LimitKind kind, bool hasQueue, LogThrottle refusals)
{
    public LimitKind Kind => kind;

    public bool HasQueue => hasQueue;

    public LogThrottle Refusals => refusals;

    /// <summary>How many calls hold something that the gate gives out; zero if it is nothing that is given back.</summary>
    public abstract long Running { get; }

    public abstract long Queued { get; }

    /// <summary>Whether forgetting this gate and making it anew would let no further call pass.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>When trying again has a chance, if that is known.</summary>
    public abstract TimeSpan? RetryAfter { get; }

    /// <summary>Passes without waiting, and gives back at the call's end what is to be given back.</summary>
    public abstract bool TryPass(ServerCall call);

    /// <summary>Waits for its turn; false if there is no room to wait.</summary>
    /// <exception cref="OperationCanceledException">The caller has stopped waiting.</exception>
    public abstract ValueTask<bool> WaitAsync(ServerCall call);
}
