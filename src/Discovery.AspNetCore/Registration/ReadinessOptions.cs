namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// When an instance withdraws from the registry because the health checks of its host (<c>services.AddHealthChecks()</c>) say that
/// it is not well, and when it comes back. It goes on serving those that still call it. Degraded counts as healthy.
/// </summary>
public sealed class ReadinessOptions
{
    /// <summary>Whether health decides. The first registration then waits for the first healthy result. Default: false.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Which health checks decide: those that have one of these tags. The check of the registrations themselves never does.
    /// Default: none, which means all checks.
    /// </summary>
    public IList<string> Tags { get; } = [];

    /// <summary>The pause between two rounds of checks; 10 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a round may take; one that takes longer counts as unhealthy. 10 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how many unhealthy results in a row it withdraws; at least 1. Default: 3.</summary>
    public int FailuresToWithdraw { get; set; } = 3;

    /// <summary>After how many healthy results in a row it comes back; at least 1. Default: 2.</summary>
    public int SuccessesToReturn { get; set; } = 2;
}
