using System.Buffers;

namespace Interceptors.Discovery;

/// <summary>Reads targets, and says what is wrong with those that are none.</summary>
internal static class TargetReader
{
    private const string Forms =
        "Give etcd:///user, etcd://cluster/user, memory:///user, static:///10.0.0.1:80,10.0.0.2:80, dns:///host:80 or host:80.";

    private const string UserInformation = "it has user information; credentials are configured, not part of the target";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \t\r\n\\");

    public static string Message(string target, string problem) => $"'{Shown(target)}' is not a target: {problem}. {Forms}";

    /// <summary>What is wrong with the text; null if nothing is. Does not repeat what may be a secret.</summary>
    /// <param name="target">The text.</param>
    /// <param name="own">The schemes that there are beside the known ones.</param>
    /// <param name="parsed">What it says; null if something is wrong.</param>
    public static string? Read(string target, IReadOnlySet<string>? own, out DiscoveryTarget? parsed)
    {
        parsed = null;
        if (target.Length == 0)
            return "it is empty";
        if (target.Contains('?', StringComparison.Ordinal))
            return "it has a query; options are configured, not part of the target";
        if (target.Contains('#', StringComparison.Ordinal))
            return "it has a fragment";
        if (target.AsSpan().IndexOfAny(Forbidden) is >= 0 and var bad)
            return $"it holds the character '{target[bad]}'";

        var (scheme, authority, path) = Split(target);
        if (!TargetScheme.IsKnown(scheme) && own?.Contains(scheme) != true)
            return $"the scheme '{scheme}' is not known";
        if (authority.Contains('@', StringComparison.Ordinal))
            return UserInformation;
        if (path is null)
            return $"it names nothing after the authority '{authority}'; without authority write three slashes";
        if (Decode(path) is not { } endpoint)
            return "its percent-encoding is broken";
        if (EndpointProblem(scheme, authority, endpoint) is { } problem)
            return problem;
        parsed = new DiscoveryTarget(scheme, authority, endpoint);
        return null;
    }

    private static (string Scheme, string Authority, string? Path) Split(string target)
    {
        // unix:/path is allowed by gRPC's rules beside unix:///path.
        if (target.StartsWith(
            "unix:/", StringComparison.OrdinalIgnoreCase) && !target.StartsWith("unix://", StringComparison.OrdinalIgnoreCase))
            return (TargetScheme.Unix, "", target[6..]);
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
        return target.StartsWith("dns:", StringComparison.OrdinalIgnoreCase) && (target.Length == 4 || !target[4..].All(char.IsAsciiDigit))
            ? (TargetScheme.Dns, "", target[4..])
            : (TargetScheme.Dns, "", target);
    }

    /// <summary>Null if a percent sign is not followed by two hexadecimal digits.</summary>
    private static string? Decode(string path)
    {
        for (var i = path.IndexOf('%', StringComparison.Ordinal); i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
                return null;
        }

        return Uri.UnescapeDataString(path);
    }

    private static string? EndpointProblem(string scheme, string authority, string endpoint)
    {
        if (scheme == TargetScheme.Etcd && !authority.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            return $"'{authority}' is not the name of a cluster; addresses of etcd are configured, not part of the target";
        if (scheme != TargetScheme.Etcd && authority.Length > 0)
            return $"a {scheme} target has no authority, so it starts with {scheme}:///";
        if (endpoint.Length == 0)
            return "it names no endpoint";
        if (endpoint[^1] == '/')
            return "it ends with a slash";
        if (scheme is TargetScheme.Static or TargetScheme.Dns && endpoint.Contains('@', StringComparison.Ordinal))
            return UserInformation;
        return scheme switch
        {
            TargetScheme.Static => endpoint.Split(',')
                .Select(part => DiscoveryEndpoint.Read(part, out _) is { } problem ? $"'{part}' is not an endpoint: {problem}" : null)
                .FirstOrDefault(problem => problem is not null),
            TargetScheme.Dns => DnsProblem(endpoint),
            TargetScheme.Unix => null,
            _ => ServiceName.IsValid(endpoint) ? null : $"'{endpoint}' is not a service name, which is {ServiceName.Rule}",
        };
    }

    private static string? DnsProblem(string endpoint)
    {
        if (HostName.TryNormalize(endpoint, out _))
            return endpoint[0] != '[' && endpoint.Contains(':', StringComparison.Ordinal)
                ? $"'{endpoint}' is not a host: an IPv6 address needs brackets"
                : null;
        if (DiscoveryEndpoint.Read(endpoint, out _) is not { } problem)
            return null;
        var scheme = endpoint.Split(':')[0].ToLowerInvariant();
        return scheme.Length < endpoint.Length && scheme != TargetScheme.Dns && TargetScheme.IsKnown(scheme)
            ? $"after '{scheme}:' it needs three slashes"
            : $"'{endpoint}' is not a host: {problem}";
    }

    /// <summary>The target without query and what can be user information: people put tokens and passwords there.</summary>
    private static string Shown(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
            target = target[..(query + 1)] + "...";
        var start = target.IndexOf("://", StringComparison.Ordinal) is >= 0 and var separator ? separator + 3 : 0;
        var at = target.LastIndexOf('@');
        return at < start ? target : string.Concat(target.AsSpan(0, start), "***", target.AsSpan(at));
    }
}
