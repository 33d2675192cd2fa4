using System.Net;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>An address that the server listens on.</summary>
internal sealed record BoundAddress(string Scheme, string Host, int Port)
{
    public bool IsWildcard => HostName.IsWildcard(Host);

    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Null for what is not TCP, such as a Unix socket, and for a port that is not known.</summary>
    public static BoundAddress? TryParse(string address)
    {
        var end = address.IndexOf("://", StringComparison.Ordinal);
        var scheme = end < 0 ? "http" : address[..end];
        var rest = (end < 0 ? address : address[(end + 3)..]).Split('/')[0];
        var colon = rest.LastIndexOf(':');
        return colon > 0 && int.TryParse(rest.AsSpan(colon + 1), out var port) && port > 0
            ? new BoundAddress(scheme, rest[..colon].Trim('[', ']'), port)
            : null;
    }
}
