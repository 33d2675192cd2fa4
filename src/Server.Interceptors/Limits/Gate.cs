namespace Interceptors.Server;

/// <summary>What a call must pass to run: the places of a limit, or its rate.</summary>
internal abstract class Gate(LimitKind kind, bool hasQueue, RefusalThrottle refusals)
{
    public LimitKind Kind => kind;

    public bool HasQueue => hasQueue;

    public RefusalThrottle Refusals => refusals;

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
