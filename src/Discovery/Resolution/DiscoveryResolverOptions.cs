namespace Interceptors.Discovery;

/// <summary>How a channel turns the lists from discovery into the endpoints that it uses.</summary>
public sealed class DiscoveryResolverOptions
{
    /// <summary>
    /// How long calls wait for the first list from discovery. After that, and at once while discovery is known to be unreachable, calls
    /// fail with an <c>Unavailable</c> that names the service, until there are endpoints. Wait-for-ready calls go on waiting. A call with
    /// an earlier deadline ends at its deadline. Default: 5 s.
    /// </summary>
    public TimeSpan FirstAnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long changes of the list are collected and then applied together, if a change comes within this time of the one before. The
    /// time is between half and all of this, at random. The first list, and a change after a quiet time, apply at once. Default: 50 ms.
    /// </summary>
    public TimeSpan DebounceTime { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long the last endpoints stay in use after the registry reports an empty list, which is more often a mistake of an operator
    /// than the truth. After that, an endpoint gets calls only as long as its connection lasts. While the registry is unreachable, the
    /// endpoints stay in use without limit. Default: 30 s.
    /// </summary>
    public TimeSpan EmptyListGraceTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The share of endpoints that counts as a mass removal if more than that vanish within <see cref="MassRemovalWindow"/>. Such a
    /// removal is more often trouble with the registry than servers that stop. Replaced endpoints do not count, so that a rollout applies
    /// at once. Between 0 and 1; 1 turns the rule off. Default: 0.5.
    /// </summary>
    public double MassRemovalShare { get; set; } = 0.5;

    /// <summary>
    /// The time within which removals are counted together. Leases that are lost together end within one lease time, which has the same
    /// default. Default: 10 s.
    /// </summary>
    public TimeSpan MassRemovalWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long endpoints stay in use after a mass removal; shorter if as many as before are listed again. Endpoints that can't be
    /// connected get no calls meanwhile. Time in which the registry is unreachable does not count. Zero turns this off. Default: 30 s.
    /// </summary>
    public TimeSpan MassRemovalGraceTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the name of a <c>dns:///</c> target is resolved. It is also resolved when an endpoint is lost, at most once a second.
    /// Between 1 second and 1 day. Default: 30 s.
    /// </summary>
    public TimeSpan DnsRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A list of the endpoints on disk, so that a process can start while the registry is away. Default: none.</summary>
    public EndpointCacheOptions Cache { get; private set; } = new();

    /// <summary>
    /// The name that calls send as <c>:authority</c> in place of the endpoint's address: a host name, with a port or without. With TLS the
    /// server's certificate must have this name. Default: null, which means the address, and for dns targets the name.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// Whether the metadata of an endpoint (<see cref="EndpointMetadata.Authority"/>) can name its authority, which then wins over
    /// <see cref="Authority"/>. If so, whoever can write to the registry decides whose certificate is accepted.
    /// Default: false.
    /// </summary>
    public bool TrustEndpointAuthority { get; set; }

    internal static bool IsAuthority(string name) =>
        (HostName.TryNormalize(name, out _) && (name[0] == '[' || !name.Contains(':', StringComparison.Ordinal)))
        || DiscoveryEndpoint.TryParse(name, out _);

    internal IEnumerable<string> Problems()
    {
        if (Authority is not null && !IsAuthority(Authority))
            yield return $"{nameof(Authority)} is '{Authority}'. Give a host name, with a port or without, or null for the address.";
        if (FirstAnswerTimeout <= TimeSpan.Zero || FirstAnswerTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(FirstAnswerTimeout)} is {FirstAnswerTimeout}. Give a time up to 5 minutes: calls wait until then.";
        if (DebounceTime < TimeSpan.Zero || DebounceTime > TimeSpan.FromMinutes(1))
            yield return $"{nameof(DebounceTime)} is {DebounceTime}. Give a time between zero and 1 minute.";
        if (EmptyListGraceTime < TimeSpan.Zero || EmptyListGraceTime > TimeSpan.FromDays(1))
            yield return $"{nameof(EmptyListGraceTime)} is {EmptyListGraceTime}. Give a time between zero and 1 day.";
        if (!(MassRemovalShare >= 0 && MassRemovalShare <= 1))
            yield return $"{nameof(MassRemovalShare)} is {MassRemovalShare}. Give a share between 0 and 1; 1 turns the rule off.";
        if (MassRemovalWindow <= TimeSpan.Zero || MassRemovalWindow > TimeSpan.FromHours(1))
            yield return $"{nameof(MassRemovalWindow)} is {MassRemovalWindow}. Give a time up to 1 hour.";
        if (MassRemovalGraceTime < TimeSpan.Zero || MassRemovalGraceTime > TimeSpan.FromDays(1))
            yield return $"{nameof(MassRemovalGraceTime)} is {MassRemovalGraceTime}. Give a time between zero and 1 day.";
        if (DnsRefreshInterval < TimeSpan.FromSeconds(1) || DnsRefreshInterval > TimeSpan.FromDays(1))
            yield return $"{nameof(DnsRefreshInterval)} is {DnsRefreshInterval}. Give a time between 1 second and 1 day.";
        foreach (var problem in Cache.Problems())
            yield return $"{nameof(Cache)}.{problem}";
    }

    internal DiscoveryResolverOptions Copy()
    {
        var copy = (DiscoveryResolverOptions)MemberwiseClone();
        copy.Cache = Cache.Copy();
        return copy;
    }
}
