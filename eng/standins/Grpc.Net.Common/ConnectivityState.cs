namespace Grpc.Core;

/// <summary>What a connection is doing.</summary>
public enum ConnectivityState
{
    /// <summary>Nothing until a call asks for it.</summary>
    Idle,

    /// <summary>Connecting.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Failed; it will try again.</summary>
    TransientFailure,

    /// <summary>Shut down for good.</summary>
    Shutdown,
}
