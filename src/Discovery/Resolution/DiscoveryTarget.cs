namespace Interceptors.Discovery;

/// <summary>
/// What a channel is to reach: <c>scheme://authority/endpoint</c> by gRPC's rules for names
/// (https://grpc.github.io/grpc/core/md_doc_naming.html). The case of a scheme and of a cluster's name does not matter; that of
/// a service's name does. A dns target without a port has port 80, or 443 under TLS.
/// </summary>
internal sealed record DiscoveryTarget(string Scheme, string Authority, string Endpoint)
{
    public static DiscoveryTarget Parse(string target, IReadOnlySet<string>? ownSchemes = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        var problem = TargetReader.Read(target.Trim(), ownSchemes, out var parsed);
        return problem is null ? parsed! : throw new ArgumentException(TargetReader.Message(target, problem), nameof(target));
    }

    // The zone of an IPv6 address is the only thing left that a Uri takes for an escape.
    public override string ToString() => $"{Scheme}://{Authority}/{Endpoint.Replace("%", "%25", StringComparison.Ordinal)}";
}
