namespace Interceptors.Client;

/// <summary>The names of the metrics and tags. There is no convention for them yet.</summary>
internal static class ResilienceMetricNames
{
    /// <summary>Counts attempts that have ended, streams at their end; one call may make several.</summary>
    public const string Attempts = "interceptors.client.attempts";

    /// <summary>Counts calls that were refused without being sent, or without a further attempt.</summary>
    public const string Refusals = "interceptors.client.refusals";

    /// <summary>The number of the attempt within its call, from 1.</summary>
    public const string AttemptNumber = "interceptors.attempt.number";

    /// <summary>An event of the current Activity: an attempt has failed and another one follows.</summary>
    public const string RetryEvent = "interceptors.client.retry";

    /// <summary>The pause before the next attempt, in seconds.</summary>
    public const string Pause = "interceptors.retry.pause";

    // gRPC's own (gRFC A96), in a meter of their own.
    public const string GrpcRetries = "grpc.client.call.retries";
    public const string GrpcRetryDelay = "grpc.client.call.retry_delay";
    public const string GrpcMethod = "grpc.method";
    public const string GrpcTarget = "grpc.target";

    public const string RefusalReason = "interceptors.refusal.reason";
    public const string OpenCircuit = "open_circuit";
    public const string NoPlace = "no_place";
}
