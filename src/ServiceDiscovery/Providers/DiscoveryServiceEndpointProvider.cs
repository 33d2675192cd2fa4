using Interceptors.Discovery;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

/// <summary>The endpoints of one service, as long as it is looked up.</summary>
/// <param name="followed">What the registry says; left when this is disposed.</param>
/// <param name="schemes">How endpoints are called.</param>
/// <param name="endpointName">The tag that endpoints must have; null for all.</param>
/// <param name="firstAnswerTimeout">How long to wait for the registry.</param>
internal sealed class DiscoveryServiceEndpointProvider(
    FollowedService followed, EndpointSchemes schemes, string? endpointName, TimeSpan firstAnswerTimeout) : IServiceEndpointProvider
{
    private int _left;

    public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        // As .NET's own providers do: the first that knows the name counts.
        if (endpoints.Endpoints.Count != 0)
            return;
        await followed.WaitForAnswerAsync(firstAnswerTimeout, cancellationToken).ConfigureAwait(false);
        // The token before the list: a change in between fires it.
        endpoints.AddChangeToken(followed.ChangeToken);
        foreach (var endpoint in followed.Endpoints)
        {
            if ((endpointName is null || endpoint.Tags.Contains(endpointName, StringComparer.OrdinalIgnoreCase))
                && schemes.Of(endpoint) is { } address)
                endpoints.Endpoints.Add(Described(ServiceEndpoint.Create(address), endpoint));
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
            followed.Leave();
        return default;
    }

    public override string ToString() => "Interceptors.Discovery";

    private ServiceEndpoint Described(ServiceEndpoint made, DiscoveryEndpoint endpoint)
    {
        made.Features.Set<IServiceEndpointProvider>(this);
        made.Features.Set(endpoint);
        return made;
    }
}
