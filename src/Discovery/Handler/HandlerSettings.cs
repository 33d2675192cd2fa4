using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// A target with all that counts below a channel. Channels and clients with equal ones share a handler and its connections.
/// </summary>
internal sealed record HandlerSettings
{
    public HandlerSettings(DiscoveryTarget target, DiscoveryChannelOptions options)
    {
        Target = target;
        Connections = new ConnectionSettings(options, IsSecureWith(options));
        Resolution = new ResolverSettings(options.Resolution);
        LoadBalancingPolicy = options.LoadBalancingPolicy;
        Balancing = options.Balancing.Copy();
        ServiceConfig = new ServiceConfigChoice(options.ServiceConfig);
    }

    public DiscoveryTarget Target { get; }

    public ConnectionSettings Connections { get; }

    public ResolverSettings Resolution { get; }

    public string LoadBalancingPolicy { get; }

    public BalancingOptions Balancing { get; }

    public ServiceConfigChoice ServiceConfig { get; }

    /// <summary>What calls to an endpoint say in <c>:authority</c>, and what its certificate must have; null for its address.</summary>
    public string? AuthorityOf(DiscoveryEndpoint endpoint)
    {
        var options = Resolution.Options;
        return options.TrustEndpointAuthority
            && endpoint.Metadata.TryGetValue(EndpointMetadata.Authority, out var own)
            && DiscoveryResolverOptions.IsAuthority(own)
            ? own
            : options.Authority ?? (Target.Scheme == TargetScheme.Dns ? Target.Endpoint : null);
    }

    private static bool IsSecureWith(DiscoveryChannelOptions options) =>
        options.Credentials is null ? options.Tls.IsOn : !ReferenceEquals(options.Credentials, ChannelCredentials.Insecure);
}
