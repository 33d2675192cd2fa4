namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// What a server reports of its load with each response (ORCA, gRFC A51). Clients weigh by calls per second divided by the application's
/// utilisation, or by that of the CPU where the application says none (gRFC A58).
/// </summary>
public sealed class LoadReportingOptions
{
    /// <summary>
    /// How often the load is measured; responses in between report the last one. The first report comes after this time. 10 ms to 1 min.
    /// Default: 1 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What share of what it can do the application does, as it sees it: 0 to 1, more if it is over its limit. For a server whose limit is
    /// not the CPU: a pool of connections, a queue. Called once an interval. Default: null, not said; so is a result of null.
    /// </summary>
    public Func<double?>? ApplicationUtilization { get; set; }

    /// <summary>
    /// What share of its processors is in use, instead of what is measured: the CPU time of this process, by
    /// <see cref="Environment.ProcessorCount"/>, which respects the limit of a container. Default: null, what is measured.
    /// </summary>
    public Func<double?>? CpuUtilization { get; set; }

    /// <summary>What share of its memory is in use. Weighs nothing; for clients of other kinds. Default: null, not said.</summary>
    public Func<double?>? MemoryUtilization { get; set; }
}
