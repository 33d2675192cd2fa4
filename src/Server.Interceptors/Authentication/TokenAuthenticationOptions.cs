namespace Interceptors.Server;

/// <summary>
/// Options of <see cref="TokenAuthenticationInterceptor"/>: which methods need a token, and how tokens are read and cached.
/// </summary>
public sealed class TokenAuthenticationOptions
{
    /// <summary>
    /// Methods that need no token: <c>pkg.Service/Method</c>, <c>pkg.Service</c> or <c>pkg.Service/*</c>, <c>pkg.*</c>, or <c>*</c>.
    /// Services and methods with <c>[AllowAnonymous]</c> need none either. If a token is sent all the same, it is verified: a good one
    /// gives the call its user, any other is ignored. Default: none.
    /// </summary>
    public IList<string> AnonymousMethods { get; } = [];

    /// <summary>
    /// Whether health checks (<c>grpc.health.v1.Health</c>) need no token. A token that is sent all the same is ignored, so that no
    /// check depends on the verifier. Default: true.
    /// </summary>
    public bool AllowAnonymousHealth { get; set; } = true;

    /// <summary>
    /// Whether reflection (<c>grpc.reflection.*</c>) needs no token. A token that is sent all the same is ignored. Default: null, true in
    /// the host's Development environment only, because reflection shows strangers all methods.
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
    /// How many accepted tokens are cached, by a hash, so that they are not verified again. Refused ones are never cached. Only for
    /// verifiers that judge the token alone, not the call. Tokens of <see cref="TokenVerifiers.Static"/> are never cached, since looking
    /// them up is as fast. 0 turns the cache off. Default: 0.
    /// </summary>
    public int CacheSize { get; set; }

    /// <summary>
    /// How long a token is cached, unless it expires earlier. A revoked token stays usable for that time. Above zero, at most a day.
    /// Default: 1 min.
    /// </summary>
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether a stream, of either or both directions, ends with <c>Unauthenticated</c> when its token does
    /// (<see cref="TokenVerification.ExpiresAt"/>, without any clock skew). The handler's <c>ServerCallContext.CancellationToken</c> is
    /// cancelled then, and its reads and writes fail. If false, a token is judged once, when the call begins, and a
    /// stream may outlive it. Default: false.
    /// </summary>
    public bool EndStreamsAtExpiry { get; set; }
}
