using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// The options of the whole standard set in one place. Each delegate is the one that the interceptor's own <c>Add…</c> method takes; null
/// leaves its defaults.
/// </summary>
public sealed class StandardClientOptions
{
    /// <summary>Which key carries the trace id, and what joins. Default: null.</summary>
    public Action<TraceMetadataOptions>? TraceMetadata { get; set; }

    /// <summary>What is logged, and how loudly. Default: null.</summary>
    public Action<ClientTimingOptions>? Timing { get; set; }

    /// <summary>Default deadlines. Default: null, which leaves the incoming call's deadline as the only bound.</summary>
    public Action<DeadlineOptions>? Deadline { get; set; }

    /// <summary>Retries, circuit breaker, limits. Default: null, which leaves all of them off.</summary>
    public Action<ResilienceOptions>? Resilience { get; set; }

    /// <summary>Where fallback tokens come from; see <see cref="TokenSources"/>. Default: null, no fallback token.</summary>
    public ITokenSource? Tokens { get; set; }

    /// <summary>How fallback tokens are used. Default: null.</summary>
    public Action<FallbackTokenOptions>? FallbackToken { get; set; }

    /// <summary>Which requests are compressed. Default: null.</summary>
    public Action<ClientCompressionOptions>? Compression { get; set; }
}
