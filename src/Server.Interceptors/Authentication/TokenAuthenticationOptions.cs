namespace Interceptors.Server;

/// <summary>
/// Options of <see cref="TokenAuthenticationInterceptor"/>: which methods need a token, and how tokens are read and cached.
/// </summary>
public sealed class TokenAuthenticationOptions
{
    /// <summary>
    /// Methods that need no token: <c>pkg.Service/Method</c>, <c>pkg.Service</c> or <c>pkg.Service/*</c>, <c>pkg.*</c>, or <c>*</c>. So do
    /// services and methods with <c>[AllowAnonymous]</c>. A token that is sent nevertheless is verified: a good one gives the call its
    /// user, any other is ignored. Default: none.
    /// </summary>
    public IList<string> AnonymousMethods { get; } = [];

    /// <summary>
    /// Whether health checks (<c>grpc.health.v1.Health</c>) need no token. A token that is sent nevertheless is not looked at, so that no
    /// check depends on whatever verifies tokens. Default: true.
    /// </summary>
    public bool AllowAnonymousHealth { get; set; } = true;

    /// <summary>
    /// Whether reflection (<c>grpc.reflection.*</c>) needs no token. A token that is sent nevertheless is not looked at. Default: null, in
    /// the host's Development environment only: elsewhere it would tell strangers all methods.
    /// </summary>
    public bool? AllowAnonymousReflection { get; set; }

    /// <summary>
    /// The longest token, in characters. Above zero. Kestrel's own bound on a header field is 32 KiB, and 32 KiB for all headers together.
    /// Default: 16384.
    /// </summary>
    public int MaxTokenLength { get; set; } = 16 * 1024;

    /// <summary>
    /// How long a verifier may take, within the call's deadline. A call whose token takes longer ends with <c>Unavailable</c>. Above
    /// zero, at most a day. Default: 5 s.
    /// </summary>
    public TimeSpan VerificationTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The <c>realm</c> in the <c>www-authenticate</c> header of refused calls (RFC 6750 §3): printable ASCII without quotation marks and
    /// backslashes. Default: <c>grpc</c>.
    /// </summary>
    public string Realm { get; set; } = "grpc";

    /// <summary>
    /// How many good tokens are remembered, so that they need not be verified again; by a hash of the token. Bad ones never are. Only for
    /// verifiers that go by the token alone, not by the call. Tokens of <see cref="TokenVerifiers.Static"/> are never remembered, as
    /// looking them up is as fast. 0 turns it off. Default: 0.
    /// </summary>
    public int CacheSize { get; set; }

    /// <summary>
    /// How long a token is remembered, unless it ends earlier; so long can a revoked token still be used. Above zero, at most a day.
    /// Default: 1 min.
    /// </summary>
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether a stream, of either or both directions, ends with <c>Unauthenticated</c> when its token does
    /// (<see cref="TokenVerification.ExpiresAt"/>, without any clock skew). The handler's <c>ServerCallContext.CancellationToken</c> is
    /// cancelled then, and its reads and writes fail. Off, a token is judged once, when the call begins, and a stream may outlive it by
    /// any time. Default: false.
    /// </summary>
    public bool EndStreamsAtExpiry { get; set; }
}
