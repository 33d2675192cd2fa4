namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// What a server reports of its load with each response (ORCA, gRFC A51). A client's weight for it is its calls per second divided by the
/// utilisation of the application, or by that of the CPU if the application reports none (gRFC A58).
/// </summary>
public sealed class LoadReportingOptions
{
    /// <summary>
    /// How often the load is measured; responses in between report the last one. The first report comes after this time. 10 ms to 1 min.
    /// Default: 1 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The utilisation of the application: 0 to 1, more if it is over its limit. For a server whose bottleneck is not the CPU but a
    /// connection pool or a queue, for example. Called once per interval; null reports nothing. Default: null, not reported.
    /// </summary>
    public Func<double?>? ApplicationUtilization { get; set; }

    /// <summary>
    /// The utilisation of the CPU, in place of the measured one: the CPU time of this process divided by
    /// <see cref="Environment.ProcessorCount"/>, which respects the limit of a container. Default: null, the measured one.
    /// </summary>
    public Func<double?>? CpuUtilization { get; set; }

    /// <summary>The utilisation of the memory. Clients of this kit ignore it, others may use it. Default: null, not reported.</summary>
    public Func<double?>? MemoryUtilization { get; set; }
}
