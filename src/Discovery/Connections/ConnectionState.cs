namespace Interceptors.Discovery;

/// <summary>What an endpoint's connection is.</summary>
internal enum ConnectionState
{
    /// <summary>Nobody has asked for it yet.</summary>
    Idle,

    /// <summary>It is being made.</summary>
    Connecting,

    /// <summary>It takes calls.</summary>
    Ready,

    /// <summary>It could not be made, and will be tried again after a pause.</summary>
    Failing,
}
