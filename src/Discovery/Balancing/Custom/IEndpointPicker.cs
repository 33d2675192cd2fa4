namespace Interceptors.Discovery;

/// <summary>
/// A load balancing policy of your own: picks an endpoint for each call from a list that does not change. Whenever the endpoints change
/// that can take calls, another picker is made for the new list. Register it with <c>AddLoadBalancingPolicy</c>.
/// </summary>
public interface IEndpointPicker
{
    /// <summary>Picks an endpoint. Called for each attempt of each call, from many threads at once; must not block.</summary>
    /// <param name="request">The request that is about to be sent: its headers are the call's metadata. Not to be changed.</param>
    /// <returns>The index of the endpoint in the list that the picker was made for.</returns>
    int Pick(HttpRequestMessage request);
}
