using Polly;
using Polly.Retry;

namespace Interceptors.Client;

/// <summary>Retry, time limit, circuit and concurrency limit of one method at one host; shared by all its calls.</summary>
internal sealed class MethodPolicy
{
    public MethodPolicy(
        string method,
        RetryPolicy? retry,
        TimeSpan? attemptTimeout,
        CircuitBreaker? circuit,
        ConcurrencyLimit? limit,
        TimeProvider time,
        ResilienceReports reports)
    {
        Method = method;
        Retry = retry;
        AttemptTimeout = attemptTimeout;
        Limit = limit;
        Time = time;
        Reports = reports;

        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (retry is not null)
        {
            pipeline.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retry.MaxAttempts - 1,
                ShouldHandle = static args => new(ResilientCall.Of(args.Context).Repeats(args.Outcome.Exception)),
                DelayGenerator = static args => new(ResilientCall.Of(args.Context).NextDelay),
            });
        }
        if (circuit is not null)
            pipeline.AddCircuitBreaker(circuit.Strategy);
        Pipeline = pipeline.Build();
    }

    public string Method { get; }

    /// <summary>Polly's retry and circuit breaker. Permits and time limits are not Polly's.</summary>
    public ResiliencePipeline Pipeline { get; }

    public RetryPolicy? Retry { get; }

    public TimeSpan? AttemptTimeout { get; }

    public ConcurrencyLimit? Limit { get; }

    public TimeProvider Time { get; }

    public ResilienceReports Reports { get; }
}
