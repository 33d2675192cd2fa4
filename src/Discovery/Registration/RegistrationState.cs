namespace Interceptors.Discovery;

/// <summary>Where a registration stands.</summary>
public enum RegistrationState
{
    /// <summary>Not in the registry yet; being tried until it works.</summary>
    Registering,

    /// <summary>In the registry.</summary>
    Registered,

    /// <summary>
    /// It was in the registry and may still be, but that can't be seen or is no longer so; being put right until it
    /// works.
    /// </summary>
    Repairing,

    /// <summary>
    /// Out of the registry because an operator wants it so (<c>discovery pause</c>), until he does not (<c>discovery resume</c>).
    /// </summary>
    Paused,

    /// <summary>Ended, because it was told to. Final.</summary>
    Stopped,
}
