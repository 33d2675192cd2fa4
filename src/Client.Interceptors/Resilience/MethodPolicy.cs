namespace Interceptors.Client;

/// <summary>Retry, time limit, circuit breaker and concurrency limit of one method at one host; shared by all its calls.</summary>
internal sealed class MethodPolicy(
    string method,
    RetryPolicy? retry,
    RetryBudget? budget,
    TimeSpan? attemptTimeout,
    CircuitBreaker? circuit,
    ConcurrencyLimit? limit,
    TimeProvider time,
    ResilienceReports reports)
{
    public string Method => method;

    public RetryPolicy? Retry => retry;

    /// <summary>Shared by the methods of a service at a host; null for no bound.</summary>
    public RetryBudget? Budget => budget;

    public TimeSpan? AttemptTimeout => attemptTimeout;

    public CircuitBreaker? Circuit => circuit;

    public ConcurrencyLimit? Limit => limit;

    public TimeProvider Time => time;

    public ResilienceReports Reports => reports;
}
