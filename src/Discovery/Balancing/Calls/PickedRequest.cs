using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What grpc-dotnet's balancing leaves on a request, by the names that it uses, and how to choose otherwise.</summary>
internal static class PickedRequest
{
    private static readonly HttpRequestOptionsKey<Subchannel> SubchannelKey = new("Subchannel");
    private static readonly HttpRequestOptionsKey<BalancerAddress> AddressKey = new("CurrentAddress");
    private static readonly HttpRequestOptionsKey<bool> WaitForReadyKey = new("WaitForReady");

    // Of ours, on the few requests that have one.
    private static readonly HttpRequestOptionsKey<int> MovesKey = new("Interceptors.Discovery.Moves");

    // Of ours, on a subchannel: one more entry on each request would cost 300 B a call.
    private static readonly BalancerAttributesKey<BalancedEndpoint> EndpointKey = new("Interceptors.Discovery.Endpoint");

    /// <summary>Says whose the calls are that a picker gives this subchannel.</summary>
    public static void Mark(Subchannel subchannel, BalancedEndpoint endpoint) => subchannel.Attributes.Set(EndpointKey, endpoint);

    /// <summary>Null if it was picked by another balancer.</summary>
    public static BalancedEndpoint? EndpointOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(SubchannelKey, out var subchannel) && subchannel.Attributes.TryGetValue(EndpointKey, out var endpoint)
            ? endpoint
            : null;

    /// <summary>Of a request that has an endpoint.</summary>
    public static Subchannel SubchannelOf(HttpRequestMessage request)
    {
        request.Options.TryGetValue(SubchannelKey, out var subchannel);
        return subchannel!;
    }

    public static bool WaitsForReady(HttpRequestMessage request) => request.Options.TryGetValue(WaitForReadyKey, out var waits) && waits;

    /// <summary>Counts how often a request goes to another endpoint.</summary>
    /// <returns>How often, this time included.</returns>
    public static int CountMove(HttpRequestMessage request)
    {
        request.Options.TryGetValue(MovesKey, out var moves);
        request.Options.Set(MovesKey, moves + 1);
        return moves + 1;
    }

    /// <summary>Says whose connection the request opens, if it is the first one.</summary>
    public static void Connect(HttpRequestMessage request, BalancedEndpoint endpoint)
    {
        request.Options.Set(SubchannelKey, endpoint.Subchannel);
        request.Options.Set(AddressKey, endpoint.Address);
    }

    /// <summary>Addresses a request that was not sent to another endpoint.</summary>
    public static void Redirect(HttpRequestMessage request, BalancedEndpoint endpoint)
    {
        var (host, port) = EndpointAddress.Of(endpoint.Address);
        request.RequestUri = new UriBuilder(request.RequestUri!) { Host = host, Port = port }.Uri;
        // One that the endpoint before did not ask for stays.
        if (request.Options.TryGetValue(AddressKey, out var before) && BalancedEndpoint.AuthorityOf(before) == request.Headers.Host)
            request.Headers.Host = null;
        request.Headers.Host ??= endpoint.Authority;
        Connect(request, endpoint);
    }
}
