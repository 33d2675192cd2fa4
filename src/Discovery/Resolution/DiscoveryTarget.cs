using System.Buffers;

namespace Interceptors.Discovery;

/// <summary>
/// What a channel is to reach: <c>scheme://authority/endpoint</c> by gRPC's rules for names
/// (https://grpc.github.io/grpc/core/md_doc_naming.html).
/// </summary>
internal sealed record DiscoveryTarget(string Scheme, string Authority, string Endpoint)
{
    private const string Forms =
        "Give etcd:///user, etcd://cluster/user, memory:///user, static:///10.0.0.1:80,10.0.0.2:80, dns:///host:80 or host:80.";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \t\r\n?#\\%");

    public static DiscoveryTarget Parse(string target, string parameter = "target")
    {
        ArgumentNullException.ThrowIfNull(target, parameter);
        var problem = Read(target.Trim(), out var parsed);
        return problem is null ? parsed! : throw new ArgumentException($"'{target}' is not a target: {problem}. {Forms}", parameter);
    }

    /// <summary>The form that grpc-dotnet takes: always absolute.</summary>
    public Uri ToUri() => new(ToString());

    public override string ToString() => $"{Scheme}://{Authority}/{Endpoint}";

    private static string? Read(string target, out DiscoveryTarget? parsed)
    {
        parsed = null;
        if (target.Length == 0)
            return "it is empty";
        if (target.AsSpan().IndexOfAny(Forbidden) is >= 0 and var bad)
            return $"it holds the character '{target[bad]}'";

        var (scheme, authority, endpoint) = Split(target);
        if (!TargetScheme.IsKnown(scheme))
            return $"the scheme '{scheme}' is not known";
        if (endpoint is null)
            return $"it names nothing after the authority '{authority}'; for a {scheme} target without authority write three slashes";
        if (EndpointProblem(scheme, authority, endpoint) is { } problem)
            return problem;
        parsed = new DiscoveryTarget(scheme, authority, endpoint);
        return null;
    }

    private static (string Scheme, string Authority, string? Endpoint) Split(string target)
    {
        var separator = target.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            var rest = target[(separator + 3)..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var scheme = target[..separator].ToLowerInvariant();
            return slash < 0
                ? (scheme, rest.ToLowerInvariant(), null)
                : (scheme, rest[..slash].ToLowerInvariant(), rest[(slash + 1)..]);
        }

        // dns:host:80 is allowed by gRPC's rules; dns:80 is port 80 of a host that happens to be called dns.
        return target.StartsWith("dns:", StringComparison.OrdinalIgnoreCase) && !target[4..].All(char.IsAsciiDigit)
            ? (TargetScheme.Dns, "", target[4..])
            : (TargetScheme.Dns, "", target);
    }

    private static string? EndpointProblem(string scheme, string authority, string endpoint)
    {
        if (scheme == TargetScheme.Etcd && !authority.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            return $"'{authority}' is not the name of a cluster; addresses of etcd are configured, not part of the target";
        if (scheme != TargetScheme.Etcd && authority.Length > 0)
            return $"a {scheme} target has no authority, so it starts with {scheme}:///";
        if (endpoint.Length == 0)
            return "it names no endpoint";
        return scheme switch
        {
            TargetScheme.Etcd or TargetScheme.Memory => ServiceName.IsValid(endpoint)
                ? null
                : $"'{endpoint}' is not a service name, which is {ServiceName.Rule}",
            TargetScheme.Static => endpoint.Split(',')
                .Select(part => ServiceEndpoint.Read(part, out _) is { } problem ? $"'{part}' is not an endpoint: {problem}" : null)
                .FirstOrDefault(problem => problem is not null),
            _ => DnsProblem(endpoint),
        };
    }

    private static string? DnsProblem(string endpoint)
    {
        if (HostName.TryNormalize(endpoint, out _) && !endpoint.Contains(':', StringComparison.Ordinal))
            return null;
        return ServiceEndpoint.Read(endpoint, out _) is { } problem && !HostName.TryNormalize(endpoint, out _)
            ? $"'{endpoint}' is not a host: {problem}"
            : null;
    }
}
