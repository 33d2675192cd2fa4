using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// When calls are refused without being sent, with Unavailable, because too many before them failed. Each method has a circuit
/// of its own, per host that the caller chose. One interceptor that serves several channels shares the circuits between them:
/// give each channel its own if the same methods are called at several targets. A call that meets an open circuit is not
/// repeated. After <see cref="BreakDuration"/> one call is let through as a probe; its result closes or opens the circuit. A probe
/// that its caller cancels, or that runs into the caller's deadline, shows nothing: the next call is the probe. So is one call after each
/// further <see cref="BreakDuration"/> without a result. A stream counts as soon as its headers arrive or it fails, whether it is read or
/// not; what comes later doesn't. Circuits are kept for 1,000 pairs of host and method; beyond, those that were not asked for lately are
/// forgotten, and begin closed.
/// </summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>
    /// The methods that have a circuit, as patterns (<see cref="MethodSelector"/>). Empty, the default, means all.
    /// </summary>
    public IList<string> Methods { get; } = [];

    /// <summary>
    /// The statuses that count as failures; OK and Cancelled are not allowed. An attempt that ran into
    /// <see cref="ResilienceOptions.AttemptTimeout"/> counts in any case; a DeadlineExceeded of the caller's own deadline only
    /// if it is named here, because the deadline may simply have been too short. Empty, the default, means Unavailable.
    /// </summary>
    public IList<StatusCode> Codes { get; } = [];

    /// <summary>The share of failed calls that opens the circuit; over 0, at most 1. Default: 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How many calls within <see cref="SamplingDuration"/> can open the circuit; 2 or more. Default: 20.</summary>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which calls are counted; from 0.5 s to a day. Default: 30 s.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit refuses all calls; from 0.5 s to a day. Default: 5 s.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);
}
