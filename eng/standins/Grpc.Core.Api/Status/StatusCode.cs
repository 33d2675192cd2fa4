namespace Grpc.Core;

/// <summary>The outcome of a call, as gRPC numbers it.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code.</summary>
    Unknown = 2,

    /// <summary>An argument that is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for doesn't exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system isn't in the state that the call requires.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted, usually by a conflict between concurrent calls.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The service doesn't offer this method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken.</summary>
    Internal = 13,

    /// <summary>The service can't be reached now; a retry may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupted for good.</summary>
    DataLoss = 15,

    /// <summary>The caller's credentials are missing or invalid.</summary>
    Unauthenticated = 16,
}
