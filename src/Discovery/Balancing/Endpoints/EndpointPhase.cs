namespace Interceptors.Discovery;

/// <summary>What an endpoint is to its balancer.</summary>
internal enum EndpointPhase
{
    /// <summary>It is being connected, or asked for its health.</summary>
    Pending,

    /// <summary>It could not be connected, or is not healthy. Stays so until it can take calls, as gRPC wants it.</summary>
    Failing,

    /// <summary>It can take calls.</summary>
    Ready,
}
