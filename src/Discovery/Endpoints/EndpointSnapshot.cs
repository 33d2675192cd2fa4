using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>The endpoints of one service at one moment, and whether that is still known to be true. Immutable.</summary>
public sealed class EndpointSnapshot
{
    private EndpointSnapshot(string service, ImmutableArray<DiscoveryEndpoint> endpoints, DateTimeOffset? staleSince, string? reason)
    {
        Service = service;
        Endpoints = endpoints;
        StaleSince = staleSince;
        StaleReason = reason;
    }

    /// <summary>The name of the service.</summary>
    public string Service { get; }

    /// <summary>
    /// Its endpoints, sorted by address, each address once. In a stale snapshot: the last that were known, so empty if none
    /// ever were.
    /// </summary>
    public ImmutableArray<DiscoveryEndpoint> Endpoints { get; }

    /// <summary>Whether the registry can't be asked at the moment, so that the list may be out of date.</summary>
    public bool IsStale => StaleSince is not null;

    /// <summary>Since when the registry can't be asked; null if it can.</summary>
    public DateTimeOffset? StaleSince { get; }

    /// <summary>Why the registry can't be asked, for people to read, without secrets; null if it can.</summary>
    public string? StaleReason { get; }

    /// <summary>When it was made, as <see cref="TimeProvider.GetTimestamp"/> of the system's clock counts.</summary>
    internal long Made { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Makes a snapshot that is up to date.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="endpoints">Its endpoints in any order; of several with one address the first counts.</param>
    /// <returns>The snapshot.</returns>
    public static EndpointSnapshot Create(string service, IEnumerable<DiscoveryEndpoint> endpoints)
    {
        ServiceName.ThrowIfInvalid(service, nameof(service));
        ArgumentNullException.ThrowIfNull(endpoints);
        var sorted = endpoints.DistinctBy(e => e.Address).OrderBy(e => e.Address, StringComparer.Ordinal);
        return new EndpointSnapshot(service, [.. sorted], staleSince: null, reason: null);
    }

    /// <summary>Makes a snapshot that is up to date.</summary>
    /// <param name="service">A valid name.</param>
    /// <param name="endpoints">Sorted by address, each address once.</param>
    internal static EndpointSnapshot OfSorted(string service, ImmutableArray<DiscoveryEndpoint> endpoints) =>
        new(service, endpoints, staleSince: null, reason: null);

    /// <summary>The same list, said to be possibly out of date.</summary>
    /// <param name="since">Since when. If this snapshot is stale already, its own earlier moment stays.</param>
    /// <param name="reason">Why, for people to read; must not hold a secret.</param>
    /// <returns>The stale snapshot.</returns>
    public EndpointSnapshot AsStale(DateTimeOffset since, string reason) =>
        new(Service, Endpoints, StaleSince ?? since, reason);

    /// <summary>The service and its addresses, for people to read.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Service}: [{string.Join(", ", Endpoints)}]{(IsStale ? $" (stale: {StaleReason})" : "")}";
}
