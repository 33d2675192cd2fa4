namespace Interceptors.Discovery;

/// <summary>When discovery counts as healthy.</summary>
public sealed class DiscoveryHealthOptions
{
    /// <summary>
    /// How long the registry may be out of reach for a service before the check reports it. Calls go on to the last known endpoints
    /// meanwhile. Default: 10 s.
    /// </summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(10);
}
