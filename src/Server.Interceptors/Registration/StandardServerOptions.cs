using Interceptors.Propagation;

namespace Interceptors.Server;

/// <summary>
/// The options of the whole standard set in one place. Each delegate is the one that the interceptor's own <c>Add…</c> method takes; null
/// leaves its defaults.
/// </summary>
public sealed class StandardServerOptions
{
    /// <summary>Which key carries the trace id. Default: null.</summary>
    public Action<TraceMetadataOptions>? TraceMetadata { get; set; }

    /// <summary>What is logged, and how loudly. Default: null.</summary>
    public Action<ServerTimingOptions>? Timing { get; set; }

    /// <summary>Which status an exception becomes. Default: null.</summary>
    public Action<RecoveryOptions>? Recovery { get; set; }

    /// <summary>How many calls are accepted. Default: null, no limits.</summary>
    public Action<LimitsOptions>? Limits { get; set; }

    /// <summary>Which responses are compressed. Default: null, none.</summary>
    public Action<ServerCompressionOptions>? Compression { get; set; }
}
