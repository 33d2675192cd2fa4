using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>The keys of the client's options in configuration.</summary>
internal static class ClientOptionKeys
{
    public static OptionKeys TraceMetadata { get; } = OptionKeys.Of<TraceMetadataOptions>();

    public static OptionKeys Timing { get; } = OptionKeys.Of<ClientTimingOptions>();

    public static OptionKeys Deadline { get; } = OptionKeys.Of<DeadlineOptions>();

    public static OptionKeys Resilience { get; } = OptionKeys.Of<ResilienceOptions>(
        OptionKeys.Of<RetryOptions>(OptionKeys.Of<RetryBudgetOptions>()),
        OptionKeys.Of<CircuitBreakerOptions>(),
        OptionKeys.Of<ConcurrencyLimitOptions>());

    public static OptionKeys Compression { get; } = OptionKeys.Of<ClientCompressionOptions>();

    public static OptionKeys FallbackToken { get; } = OptionKeys.Of<FallbackTokenOptions>();

    /// <summary>The sections of the standard set.</summary>
    public static OptionKeys Standard { get; } = OptionKeys.OfSections<StandardClientOptions>(
        nameof(TraceMetadata), nameof(Timing), nameof(Deadline), nameof(Resilience), nameof(Compression), nameof(FallbackToken));
}
