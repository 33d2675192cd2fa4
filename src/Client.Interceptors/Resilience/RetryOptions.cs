using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Which calls are repeated, and when. Unary calls are, and server streams until their first message was handed out (or their headers were
/// asked for); calls that stream requests never. A server that sends <c>grpc-retry-pushback-ms</c> or a <c>google.rpc.RetryInfo</c> decides
/// the pause, or that there is no further attempt (https://github.com/grpc/proposal/blob/master/A6-client-retries.md). No pause goes past
/// the caller's deadline: the call fails at once instead, as its last attempt did.
/// </summary>
/// <remarks>
/// A call that is made for an incoming call which is itself a retry (<see cref="Propagation.IncomingCall.PreviousAttempts"/>) is not
/// repeated, and tells its server so: of several services in a row, only one repeats. <see cref="Budget"/> bounds what each of them
/// repeats.
/// </remarks>
public sealed class RetryOptions
{
    /// <summary>The most attempts, the first included; from 2 to 100. Default: 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// The methods that may be carried out twice, as patterns (<see cref="MethodSelector"/>). Only these are retried, because gRPC can't
    /// know which methods are idempotent. Default: none.
    /// </summary>
    public IList<string> IdempotentMethods { get; } = [];

    /// <summary>
    /// The statuses after which a call is repeated; OK and Cancelled are not allowed. An attempt that ran into
    /// <see cref="ResilienceOptions.AttemptTimeout"/> is repeated in any case. Empty, the default, means Unavailable.
    /// </summary>
    public IList<StatusCode> Codes { get; } = [];

    /// <summary>The pause before the second attempt; zero or more. It doubles with each further one. Default: 100 ms.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The longest pause of the back-off, before jitter; <see cref="BaseDelay"/> or more, at most a day.
    /// Default: 5 s.
    /// </summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest pause that a server may ask for, by <c>grpc-retry-pushback-ms</c> or <c>google.rpc.RetryInfo</c> in the status details.
    /// If it asks for a longer one, the call fails at once with the server's status. Zero or more, at most a day. Default: 1 min.
    /// </summary>
    public TimeSpan MaxPushback { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The random part by which a pause is made longer or shorter, so that clients that failed together do not retry together; from 0 to
    /// 1. Default: 0.2, as in gRPC's own retries.
    /// </summary>
    public double Jitter { get; set; } = 0.2;

    /// <summary>
    /// Limits retries in proportion to successful attempts, so that they don't multiply the load of a server that is down. Null for no
    /// limit. Default: a budget of 100 tokens.
    /// </summary>
    public RetryBudgetOptions? Budget { get; set; } = new();
}
