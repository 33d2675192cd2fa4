namespace Interceptors.Client;

/// <summary>
/// How many calls of a method, per host that the caller chose, run at once. Each method has places of its own, so that a slow
/// method can't block the others. A call keeps its place through all attempts and the pauses between them, a stream until
/// its end: read to the end, failed, disposed, cancelled, past its deadline, or at the latest collected. An upload that was dropped before
/// its requests were complete is disposed when it is collected; once they are complete, it ends with its response as a unary call does.
/// Places are kept for 1,000 pairs of host and method; beyond, those without a running call are forgotten and begin anew.
/// </summary>
public sealed class ConcurrencyLimitOptions
{
    /// <summary>
    /// The methods that are limited, as patterns (<see cref="MethodSelector"/>). Empty, the default, means all.
    /// </summary>
    public IList<string> Methods { get; } = [];

    /// <summary>How many calls run at once; 1 or more. Default: 100.</summary>
    public int MaxCalls { get; set; } = 100;

    /// <summary>
    /// How many more calls wait for a place, until their deadline or cancellation; those beyond are refused with
    /// ResourceExhausted. Zero or more. Default: 0, none waits.
    /// </summary>
    public int QueueLength { get; set; }
}
