using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Ready-made functions for <see cref="LimitsOptions.CallerKey"/>.</summary>
public static class CallerKeys
{
    // Whoever has one IPv6 address usually has all that share its first 64 bits.
    private const int NetworkBytes = 8;

    /// <summary>
    /// By network address, without the port: an IPv4 address, or the first 64 bits of an IPv6 one. Behind a proxy it is the proxy's,
    /// unless ASP.NET Core's forwarded headers are used.
    /// </summary>
    public static Func<ServerCallContext, string?> PeerAddress { get; } = static context =>
        context.GetHttpContext().Connection.RemoteIpAddress is { } address ? NetworkOf(address) : null;

    /// <summary>By the name of the authenticated principal; null for an anonymous caller.</summary>
    public static Func<ServerCallContext, string?> PrincipalName { get; } = static context =>
        context.GetHttpContext().User.Identity is { IsAuthenticated: true } identity ? identity.Name : null;

    /// <summary>By the value of a metadata key, such as a tenant's id. Only as trustworthy as who sets it.</summary>
    /// <param name="key">The key; not a binary one.</param>
    /// <exception cref="ArgumentException">The key is empty or binary.</exception>
    public static Func<ServerCallContext, string?> Metadata(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.EndsWith(Grpc.Core.Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{key}' is the key of binary metadata; use one whose values are text.", nameof(key));
        return context => context.RequestHeaders.GetValue(key);
    }

    private static string NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _) ? Convert.ToHexString(bytes[..NetworkBytes]) : address.ToString();
    }
}
