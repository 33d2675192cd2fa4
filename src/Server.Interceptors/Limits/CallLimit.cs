namespace Interceptors.Server;

/// <summary>One limit: on concurrent calls, on started calls per period, or on both.</summary>
public sealed class CallLimit
{
    /// <summary>
    /// How many calls run at once; 1 or more. A call keeps its place until its handler has really ended, which may be after its deadline
    /// or the end of its response. Default: null, any number.
    /// </summary>
    public int? MaxConcurrentCalls { get; set; }

    /// <summary>How many calls start in each <see cref="Period"/>, evenly spread over it; 1 or more. Default: null, any number.</summary>
    public int? CallsPerPeriod { get; set; }

    /// <summary>The time that <see cref="CallsPerPeriod"/> is about; more than zero, at most a day. Default: 1 second.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many calls may start at once after a quiet time; 1 or more, only together with <see cref="CallsPerPeriod"/>.
    /// Default: null, as many as <see cref="CallsPerPeriod"/>.
    /// </summary>
    public int? Burst { get; set; }

    /// <summary>
    /// How many more calls wait, first come first served, until their deadline or cancellation; those beyond are refused. Counted
    /// separately for places and for starts. Zero or more. Default: 0, none waits.
    /// </summary>
    public int QueueLength { get; set; }
}
