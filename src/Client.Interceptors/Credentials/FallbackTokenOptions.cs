namespace Interceptors.Client;

/// <summary>Options of <see cref="FallbackTokenInterceptor"/>.</summary>
public sealed class FallbackTokenOptions
{
    /// <summary>
    /// Whether tokens may be sent over channels without TLS, where anybody who sees the traffic can use them. If false, a call over such a
    /// channel is refused with <c>Unauthenticated</c>. If true, the token is written into the call's own metadata, on every
    /// kind of channel; a call for which the token must first be fetched waits for it. Default: false.
    /// </summary>
    public bool AllowPlainText { get; set; }

    /// <summary>
    /// Whether a unary call that the server refused with <c>Unauthenticated</c> is sent once more, with a fresh token. Streams never are.
    /// Default: true.
    /// </summary>
    public bool RetryUnary { get; set; } = true;

    /// <summary>What happens to a call when the token source has no token. Default: <see cref="TokenFailureAction.FailCall"/>.</summary>
    public TokenFailureAction OnFailure { get; set; } = TokenFailureAction.FailCall;
}
