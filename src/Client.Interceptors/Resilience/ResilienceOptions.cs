namespace Interceptors.Client;

/// <summary>
/// Retries, time limits per attempt, circuit breaker and concurrency limit. Everything is off until it is set. A call passes what
/// is on in this order: its place (<see cref="Concurrency"/>), which it keeps through all attempts; then for each attempt the
/// circuit (<see cref="CircuitBreaker"/>) and the time limit (<see cref="AttemptTimeout"/>).
/// </summary>
public sealed class ResilienceOptions
{
    /// <summary>Repeats failed calls. Default: null, no call is repeated.</summary>
    public RetryOptions? Retry { get; set; }

    /// <summary>
    /// How long one attempt of a unary call may take; positive. The attempt gets the earlier of this and the caller's deadline,
    /// and the server is told of it. An attempt that runs into it ends with DeadlineExceeded, and counts as one that may be
    /// repeated. Streams have none, since they may be long. Default: null, none.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>Refuses calls at once while a server fails, so that callers do not wait. Default: null, none.</summary>
    public CircuitBreakerOptions? CircuitBreaker { get; set; }

    /// <summary>Limits how many calls run at once. Default: null, no limit.</summary>
    public ConcurrencyLimitOptions? Concurrency { get; set; }

    /// <summary>
    /// Sets values that suit most clients. Retry: at most 3 attempts, 100 ms apart and doubling, for Unavailable, which a server that
    /// restarts or a lost connection gives and which mostly passes within such a time; only the methods named here. Attempt
    /// timeout: 10 s, so that a server that hangs costs one attempt and not the call. Circuit breaker: opens for 5 s when half
    /// of at least 20 calls of a method failed within 30 s; that is an outage, while fewer are one bad server among several,
    /// which balancing and retry handle. No concurrency limit: the right one depends on the service.
    /// </summary>
    /// <param name="idempotentMethods">
    /// The methods that may be sent more than once, as patterns (<see cref="MethodSelector"/>); none are repeated if none are
    /// given.
    /// </param>
    /// <returns>These options.</returns>
    public ResilienceOptions UseRecommended(params IEnumerable<string> idempotentMethods)
    {
        ArgumentNullException.ThrowIfNull(idempotentMethods);
        Retry = new RetryOptions();
        foreach (var pattern in idempotentMethods)
            Retry.IdempotentMethods.Add(pattern);
        AttemptTimeout = TimeSpan.FromSeconds(10);
        CircuitBreaker = new CircuitBreakerOptions();
        return this;
    }
}
