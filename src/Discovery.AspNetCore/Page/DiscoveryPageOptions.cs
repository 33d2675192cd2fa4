namespace Interceptors.Discovery.AspNetCore;

/// <summary>What the discovery page shows, and to how many.</summary>
public sealed class DiscoveryPageOptions
{
    /// <summary>
    /// Whether the page may be mapped without authorization outside the Development environment. It shows addresses, and how much they
    /// are called. Default: false; the host then does not start without <c>RequireAuthorization</c>, or a fallback policy.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// How often the state is read, and sent to those who look at the page. 100 ms to 1 min. Default: 1 s.
    /// </summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many can follow the page live at once; a further one is answered 503. 1 to 10,000. Default: 20.</summary>
    public int MaxListeners { get; set; } = 20;

    /// <summary>How many of the last changes are kept. 0 to 10,000. Default: 100.</summary>
    public int MaxChanges { get; set; } = 100;

    /// <summary>How many endpoints of a target are shown; the others are counted. 1 to 10,000. Default: 200.</summary>
    public int MaxEndpoints { get; set; } = 200;

    /// <summary>
    /// The keys of endpoints' metadata that are shown, besides weight, zone, version and tags, in any case. What no one has named is not
    /// shown, since a registration may hold a secret. Default: none.
    /// </summary>
    public ISet<string> MetadataKeys { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
