namespace Interceptors.Server;

/// <summary>One limit: on concurrent calls, on started calls per period, or on both.</summary>
public sealed class CallLimit
{
    /// <summary>
    /// How many calls run at once; 1 or more. A call keeps its place until its handler has really ended, which may be after its deadline
    /// or the end of its response. Default: null, any number.
    /// </summary>
    public int? MaxConcurrentCalls { get; set; }

    /// <summary>
    /// How many calls start per <see cref="Period"/> in the long run; 1 or more. Starts are a period divided by this number apart, except
    /// that <see cref="Burst"/> calls may start at once after a quiet time. So within one period at most <see cref="Burst"/> plus this
    /// number, less one, start: of 10 per 2 s, 19 in the first 2 s. Default: null, any number.
    /// </summary>
    public int? CallsPerPeriod { get; set; }

    /// <summary>The time that <see cref="CallsPerPeriod"/> is about; more than zero, at most a day. Default: 1 second.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many calls may start at once after a quiet time; 1 or more, only together with <see cref="CallsPerPeriod"/>.
    /// Default: null, as many as <see cref="CallsPerPeriod"/>.
    /// </summary>
    public int? Burst { get; set; }

    /// <summary>
    /// How many more calls wait until their deadline or cancellation; those beyond are refused. First come, first served: a call that
    /// gives up leaves its turn to the next one. Counted separately for concurrent calls and for the rate. Zero or more. Default: 0, none
    /// waits.
    /// </summary>
    public int QueueLength { get; set; }
}
