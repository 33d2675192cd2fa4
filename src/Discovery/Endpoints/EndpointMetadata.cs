namespace Interceptors.Discovery;

/// <summary>The keys of an endpoint's metadata that have a meaning to this library.</summary>
public static class EndpointMetadata
{
    /// <summary>How large a share of the calls it takes, compared with others: see <see cref="DiscoveryEndpoint.Weight"/>.</summary>
    public const string Weight = "weight";

    /// <summary>Where it stands: see <see cref="DiscoveryEndpoint.Zone"/>.</summary>
    public const string Zone = "zone";

    /// <summary>Which version of the service it is: see <see cref="DiscoveryEndpoint.Version"/>.</summary>
    public const string Version = "version";

    /// <summary>Words that set it apart, separated by commas: see <see cref="DiscoveryEndpoint.Tags"/>.</summary>
    public const string Tags = "tags";

    /// <summary>
    /// The name that calls to it say in <c>:authority</c>, and that its certificate must have. Only used if
    /// <see cref="DiscoveryResolverOptions.TrustEndpointAuthority"/> says so.
    /// </summary>
    public const string Authority = "authority";

    /// <summary>
    /// <c>grpcs</c> or <c>https</c> if it takes TLS only, <c>grpc</c> or <c>http</c> if it takes none. A channel of the other kind leaves
    /// it out. Without it, each channel tries it with its own kind.
    /// </summary>
    public const string Scheme = "scheme";
}
