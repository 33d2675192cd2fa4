namespace Interceptors.Server;

/// <summary>What the caller reads when a handler lets the failure of its own outgoing call through.</summary>
public enum OutgoingFailureHandling
{
    /// <summary>
    /// By the code. Codes that speak of the request keep code and text: InvalidArgument, NotFound, AlreadyExists, FailedPrecondition,
    /// Aborted, OutOfRange. Unavailable, DeadlineExceeded, Cancelled and ResourceExhausted keep the code with a fixed text. All others,
    /// Unauthenticated and PermissionDenied among them, become Internal: they speak of this server, not of its caller. Trailers are never
    /// passed on.
    /// </summary>
    ByCode,

    /// <summary>Always Internal with the fixed text.</summary>
    Hide,

    /// <summary>Code, text and trailers as they are, as if the handler had thrown them. For proxies that the callee trusts.</summary>
    PassThrough,
}
