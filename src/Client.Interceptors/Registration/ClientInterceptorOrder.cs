namespace Interceptors.Client;

/// <summary>The order of the interceptors of a client, outermost first.</summary>
internal enum ClientInterceptorOrder
{
    Trace,
    Timing,
    Deadline,
    Resilience,
    Compression,
    Custom,

    /// <summary>Innermost, so that it sees the credentials that all others set.</summary>
    FallbackToken,
}
