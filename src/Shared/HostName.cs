using System.Net;
using System.Net.Sockets;

namespace Interceptors;

internal static class HostName
{
    /// <summary>One spelling for each host: names in lower case, IPv6 without brackets and in its short form.</summary>
    public static bool TryNormalize(string host, out string normalized)
    {
        normalized = host;
        var bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        var bare = bracketed ? host[1..^1] : host;
        if (bracketed || bare.Contains(':'))
        {
            if (!IPAddress.TryParse(bare, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            normalized = ip.ToString();
            return true;
        }

        if (bare.Length is 0 or > 253 || !bare.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            return false;
        normalized = bare.ToLowerInvariant();
        return true;
    }

    /// <summary>Whether the host means "every address of this machine", which no other machine can call.</summary>
    public static bool IsWildcard(string host) =>
        host is "*" or "+" or "" || (IPAddress.TryParse(host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
}
