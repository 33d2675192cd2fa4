namespace Interceptors.Discovery;

/// <summary>What an endpoint is to a channel.</summary>
public enum EndpointCondition
{
    /// <summary>It is not connected, because the policy needs no connection to it now.</summary>
    Idle,

    /// <summary>It is being connected, or asked for its health.</summary>
    Connecting,

    /// <summary>It can take calls.</summary>
    Ready,

    /// <summary>It could not be connected, or is not healthy; <see cref="EndpointInspection.Problem"/> says why.</summary>
    Failing,

    /// <summary>It could take calls, but is ejected for a while because its calls failed.</summary>
    Ejected,
}
