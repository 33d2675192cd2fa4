namespace Interceptors.Discovery.AspNetCore;

/// <summary>Why a service of a running host is not registered. It is registered while there is no reason left.</summary>
[Flags]
internal enum UnregisteredReasons
{
    None = 0,

    /// <summary>The server does not accept yet.</summary>
    Starting = 1,

    /// <summary>An operator wants it so.</summary>
    Paused = 2,

    /// <summary>Its health checks say so.</summary>
    Unhealthy = 4,

    /// <summary>The host stops. Final.</summary>
    Stopping = 8,
}
