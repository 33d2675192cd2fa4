namespace Interceptors.Testing;

/// <summary>The five kinds of call that a client makes.</summary>
public enum CallKind
{
    BlockingUnary,
    Unary,
    ClientStreaming,
    ServerStreaming,
    Duplex,
}

/// <summary>The ways in which a call can end.</summary>
public enum CallEnd
{
    Success,
    Error,
    Exception,
    Cancellation,
    Deadline,
    EarlyDispose,

    /// <summary>The caller reads once and never again, nor disposes; its cancellation comes later.</summary>
    AbandonedThenCancelled,

    /// <summary>The same, with a deadline.</summary>
    AbandonedThenDeadline,

    /// <summary>The same, and nothing ever happens: only the garbage collector can tell.</summary>
    AbandonedForEver,
}
