namespace Interceptors.Discovery;

/// <summary>A copy of the options, equal to another if all their values are.</summary>
internal sealed class ResolverSettings(DiscoveryResolverOptions options) : IEquatable<ResolverSettings>
{
    public DiscoveryResolverOptions Options { get; } = options.Copy();

    public bool Equals(ResolverSettings? other) => other is not null && Values(Options).Equals(Values(other.Options));

    public override bool Equals(object? obj) => Equals(obj as ResolverSettings);

    public override int GetHashCode() => Values(Options).GetHashCode();

    private static object Values(DiscoveryResolverOptions o) => (
        (o.FirstAnswerTimeout, o.DebounceTime, o.EmptyListGraceTime),
        (o.MassRemovalShare, o.MassRemovalWindow, o.MassRemovalGraceTime),
        (o.Cache.Directory, o.Cache.WaitTime, o.Cache.MaxAge, o.Cache.MaxEndpoints),
        (o.Authority, o.TrustEndpointAuthority, o.DnsRefreshInterval));
}
