using System.Diagnostics.CodeAnalysis;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

/// <summary>Gives .NET's service discovery what is registered in a registry.</summary>
internal sealed class DiscoveryServiceEndpointProviderFactory(
    IEndpointSource source, DiscoveryServiceEndpointOptions options, ServiceDiscoveryOptions schemes, ILogger logger, TimeProvider time)
    : IServiceEndpointProviderFactory, IAsyncDisposable
{
    private readonly FollowedServices _followed = new(source, options.IdleTimeout, logger, time);

    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        provider = options.ServiceName(query) is { } service && Interceptors.ServiceName.IsValid(service)
            ? new DiscoveryServiceEndpointProvider(
                _followed.Enter(service), SchemesOf(query), query.EndpointName, options.FirstAnswerTimeout)
            : null;
        return provider is not null;
    }

    public ValueTask DisposeAsync() => _followed.DisposeAsync();

    private EndpointSchemes SchemesOf(ServiceEndpointQuery query) => new(
        [.. query.IncludedSchemes.Where(
            scheme => schemes.AllowAllSchemes || schemes.AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))],
        IsAny: query.IncludedSchemes.Count == 0);
}
