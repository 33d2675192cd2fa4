using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// The limits of a server. A call must pass all that apply: the caller's first, then the method's, then the server's, so that a call
/// which a narrow limit refuses takes no place of a wider one. Limits by user come last if a token must be verified first. Refused calls
/// end with ResourceExhausted.
/// </summary>
public sealed class LimitsOptions
{
    private readonly Lock _holding = new();
    private LimitRegistry? _held;

    /// <summary>The limit of all calls together. Default: null, none.</summary>
    public CallLimit? Server { get; set; }

    /// <summary>
    /// The limit of each method by itself, so that a slow method can't block the others. Default: null, none.
    /// </summary>
    public CallLimit? EachMethod { get; set; }

    /// <summary>
    /// The same for a method (<c>pkg.Service/Method</c>) or for each method of a service (<c>pkg.Service</c>), in place of
    /// <see cref="EachMethod"/>; the more specific wins. Letter case matters, as it does in gRPC. Default: empty.
    /// </summary>
    public IDictionary<string, CallLimit> Methods { get; } = new Dictionary<string, CallLimit>(StringComparer.Ordinal);

    /// <summary>The limit of each caller, as <see cref="CallerKey"/> identifies it. Default: null, none.</summary>
    public CallLimit? EachCaller { get; set; }

    /// <summary>
    /// Identifies the caller for <see cref="EachCaller"/>; <see cref="CallerKeys"/> has ready-made ones. All callers for whom it returns
    /// null or an empty text, or throws, share one limit, so that no caller evades it by leaving the key out. A key is never logged or
    /// measured. Default: null; required with <see cref="EachCaller"/>.
    /// </summary>
    public Func<ServerCallContext, string?>? CallerKey { get; set; }

    /// <summary>
    /// The most callers with a limit of their own at a time; 1 or more. Idle callers are forgotten. While there are still too many,
    /// further callers share one limit. Default: 10,000.
    /// </summary>
    public int MaxCallers { get; set; } = 10_000;

    /// <summary>
    /// How long a caller is told to wait (<c>grpc-retry-pushback-ms</c>, gRFC A6) when a limit of concurrent calls refuses it; zero to a
    /// day. A rate limit computes the time itself. Null leaves the time to the caller. Default: 1 second.
    /// </summary>
    public TimeSpan? RetryPushback { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The methods without limits, as patterns: <c>pkg.Service/Method</c>, <c>pkg.Service</c>, <c>pkg.*</c>. Default: none.
    /// </summary>
    public IList<string> Exempt { get; } = [];

    /// <summary>
    /// Whether gRPC's health and reflection services are exempt as well, so that a busy server does not look dead. Default: true.
    /// </summary>
    public bool ExemptHealthAndReflection { get; set; } = true;

    /// <summary>What is held of these limits, by all interceptors together; made by the first of them.</summary>
    internal LimitRegistry Held(Func<LimitRegistry> make)
    {
        lock (_holding)
            return _held ??= make();
    }
}
