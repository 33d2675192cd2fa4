namespace Interceptors.Integration.Tests;

/// <summary>How a call of the plan comes to its end.</summary>
internal enum MixedEnd
{
    Success,
    Status,
    Exception,
    ServerCancels,
    ServerResets,
    CancelledBefore,
    CancelledAnytime,
    CancelledWhileHandled,
    CancelledAfterFirst,
    DeadlinePassed,
    DeadlineShort,

    /// <summary>Short, too, but the handler returns: whichever is first.</summary>
    DeadlineRace,
    DeadlineGenerous,
    DisposedAtOnce,
    DisposedWhileHandled,
    DisposedAfterFirst,
    AbandonedThenCancelled,
    AbandonedThenDeadline,
    AbandonedForEver,

    /// <summary>Larger than the client may send.</summary>
    UnsendableRequest,

    /// <summary>Larger than the server takes.</summary>
    OversizeRequest,
    UndecodableRequest,

    /// <summary>Larger than the server may send.</summary>
    UnsendableResponse,

    /// <summary>Larger than the client takes.</summary>
    OversizeResponse,
    UndecodableResponse,
    UnknownMethod,
    NobodyThere,
}
