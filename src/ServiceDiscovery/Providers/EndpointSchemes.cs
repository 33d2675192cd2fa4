using System.Net;
using Interceptors.Discovery;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

/// <summary>With which scheme an endpoint is called.</summary>
/// <param name="Included">The schemes that are asked for and allowed, the best first.</param>
/// <param name="IsAny">Whether none was asked for: the caller decides.</param>
internal sealed record EndpointSchemes(string[] Included, bool IsAny)
{
    /// <summary>The address with its scheme; null if it can't be called with any that is asked for.</summary>
    public EndPoint? Of(DiscoveryEndpoint endpoint)
    {
        if (endpoint.UnixSocketPath is not null)
            return null;
        if (IsAny)
            return IPAddress.TryParse(
                endpoint.Host, out var ip) ? new IPEndPoint(ip, endpoint.Port) : new DnsEndPoint(endpoint.Host, endpoint.Port);
        return SchemeOf(endpoint) is { } scheme ? new UriEndPoint(new Uri($"{scheme}://{endpoint.Address}")) : null;
    }

    private string? SchemeOf(DiscoveryEndpoint endpoint)
    {
        if (IsTls(endpoint) is { } isTls)
            return Array.Find(Included, scheme => IsSecure(scheme) == isTls);
        // Most formats do not say. Plain text is what servers speak unless told otherwise, so "https+http" is http for these.
        return Array.Find(Included, scheme => !IsSecure(scheme)) ?? Included.FirstOrDefault();
    }

    private static bool? IsTls(DiscoveryEndpoint endpoint) =>
        endpoint.Metadata.GetValueOrDefault(EndpointMetadata.Scheme)?.ToLowerInvariant() switch
        {
            "https" or "grpcs" => true,
            "http" or "grpc" => false,
            _ => null,
        };

    private static bool IsSecure(string scheme) => scheme is "https" or "wss" or "grpcs";
}
