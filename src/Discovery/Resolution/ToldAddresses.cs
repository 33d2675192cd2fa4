using System.Collections.Immutable;
using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// The addresses that a channel is told. An endpoint that was in the list before is told as the same object again, so that an update
/// allocates for what has changed, but for the list itself.
/// </summary>
internal sealed class ToldAddresses(DiscoveryResolverOptions options)
{
    private ImmutableArray<DiscoveryEndpoint> _endpoints = [];
    private BalancerAddress[] _addresses = [];

    /// <param name="endpoints">Sorted by address.</param>
    /// <returns>One for each.</returns>
    public IReadOnlyList<BalancerAddress> Of(ImmutableArray<DiscoveryEndpoint> endpoints)
    {
        var addresses = new BalancerAddress[endpoints.Length];
        var before = 0;
        for (var i = 0; i < endpoints.Length; i++)
        {
            var endpoint = endpoints[i];
            while (before < _endpoints.Length && string.CompareOrdinal(_endpoints[before].Address, endpoint.Address) < 0)
                before++;
            addresses[i] = before < _endpoints.Length && ReferenceEquals(_endpoints[before], endpoint)
                ? _addresses[before]
                : endpoint.ToBalancerAddress(options);
        }

        (_endpoints, _addresses) = (endpoints, addresses);
        return addresses;
    }
}
