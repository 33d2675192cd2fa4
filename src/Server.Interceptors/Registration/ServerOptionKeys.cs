using Interceptors.Propagation;

namespace Interceptors.Server;

/// <summary>The keys of the server's options in configuration.</summary>
internal static class ServerOptionKeys
{
    public static OptionKeys TraceMetadata { get; } = OptionKeys.Of<TraceMetadataOptions>();

    public static OptionKeys Timing { get; } = OptionKeys.Of<ServerTimingOptions>();

    public static OptionKeys Recovery { get; } = OptionKeys.Of<RecoveryOptions>();

    public static OptionKeys TokenAuthentication { get; } = OptionKeys.Of<TokenAuthenticationOptions>();

    public static OptionKeys Limits { get; } = OptionKeys.Of<LimitsOptions>(OptionKeys.Of<CallLimit>());

    public static OptionKeys Compression { get; } = OptionKeys.Of<ServerCompressionOptions>();

    /// <summary>The sections of the standard set.</summary>
    public static OptionKeys Standard { get; } = OptionKeys.OfSections<StandardServerOptions>(
        nameof(TraceMetadata), nameof(Timing), nameof(Recovery), nameof(TokenAuthentication), nameof(Limits), nameof(Compression));
}
