using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Conventions of the channelz service alone. The first service that an application maps also brings gRPC's answer to unknown services,
/// whose authorization is not this service's business.
/// </summary>
internal sealed class ChannelzConventions(IEndpointConventionBuilder all) : IEndpointConventionBuilder
{
    private const string Path = "/" + ChannelzService.Name + "/";

    public void Add(Action<EndpointBuilder> convention) => all.Add(OfService(convention));

    public void Finally(Action<EndpointBuilder> finallyConvention) => all.Finally(OfService(finallyConvention));

    private static Action<EndpointBuilder> OfService(Action<EndpointBuilder> convention) => endpoint =>
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern } && pattern.Contains(Path, StringComparison.Ordinal))
            convention(endpoint);
    };
}
