namespace Interceptors.Propagation;

/// <summary>What a <see cref="CallNote"/> is about.</summary>
public enum CallNoteKind
{
    /// <summary>The call waited: for the first list, a connection, a token, a place, the pause before a retry.</summary>
    Wait,

    /// <summary>The call was tried and that failed: at an endpoint, or as one attempt of several.</summary>
    Failure,

    /// <summary>Something was decided about the call, such as that there is no further attempt.</summary>
    Decision,
}
