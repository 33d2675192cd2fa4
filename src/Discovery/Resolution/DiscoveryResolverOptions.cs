namespace Interceptors.Discovery;

/// <summary>How what is discovered becomes what a channel uses.</summary>
public sealed class DiscoveryResolverOptions
{
    /// <summary>
    /// How long a channel waits for the first answer from discovery. After that, and at once when discovery is known to be
    /// away, calls fail with <c>Unavailable</c> naming the service, and go through again as soon as there are endpoints; calls
    /// that wait for ready wait. A call whose deadline is earlier ends with it. Default: 5 s.
    /// </summary>
    public TimeSpan FirstAnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a change of the list is held that comes within this time of the one before, so that those right after it are taken over
    /// with it; between half and all of it, at random. The first list, and a change after a quiet time, are not held. Default: 50 ms.
    /// </summary>
    public TimeSpan DebounceTime { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long the last endpoints stay in use after the registry says that there are none at all, which is more often an
    /// operator's slip than the truth. After that, one with a connection is called until the connection ends, and the others no more.
    /// Default: 30 s. (While the registry is away they stay in use without limit.)
    /// </summary>
    public TimeSpan EmptyListGraceTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// More than which share of the endpoints must go missing within <see cref="MassRemovalWindow"/> to count as a mass removal, which
    /// trouble with the registry looks like more often than servers that stop do. Endpoints in whose place others have come are not
    /// missing, so that a rollout passes at once. Between 0 and 1; 1 turns the rule off. Default: 0.5.
    /// </summary>
    public double MassRemovalShare { get; set; } = 0.5;

    /// <summary>
    /// Within how long they must go missing. What loses its leases together loses them within one lease's life, whose default this is.
    /// Default: 10 s.
    /// </summary>
    public TimeSpan MassRemovalWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long endpoints stay in use after a mass removal has taken them off the list; shorter if as many as there were are listed again.
    /// Those that answer nobody get no calls meanwhile. The time does not count while the registry is away. Zero: not at all.
    /// Default: 30 s.
    /// </summary>
    public TimeSpan MassRemovalGraceTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the name of a <c>dns:///</c> target is looked up. It is looked up too when an endpoint is lost, at most once a second.
    /// Between 1 second and 1 day. Default: 30 s.
    /// </summary>
    public TimeSpan DnsRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A list of the endpoints on disk, so that a process can start while the registry is away. Default: none.</summary>
    public EndpointCacheOptions Cache { get; private set; } = new();

    /// <summary>
    /// The name that calls say in <c>:authority</c> in place of the endpoint's address, and that the server's certificate must
    /// have under TLS: a host name, with a port or without. Default: null, the address, and for dns targets the name.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// Whether an endpoint can say its own such name in its metadata (<see cref="EndpointMetadata.Authority"/>), which then
    /// comes before <see cref="Authority"/>. Whoever can write into the registry then decides whose certificate is accepted.
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
