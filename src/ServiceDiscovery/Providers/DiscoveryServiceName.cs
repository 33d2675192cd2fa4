using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

internal static class DiscoveryServiceName
{
    /// <summary>The name that is asked for, unless it is none of a registry.</summary>
    public static string? Of(ServiceEndpointQuery query)
    {
        var name = query.ServiceName;
        return name == "localhost" || IPAddress.TryParse(name, out _) ? null : name;
    }
}
