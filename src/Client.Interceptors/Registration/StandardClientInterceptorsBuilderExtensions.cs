using Interceptors.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the standard set of client interceptors.</summary>
public static class StandardClientInterceptorsBuilderExtensions
{
    /// <summary>
    /// Everything that suits every client, in the right order: trace metadata, timing, deadline, resilience (when it was configured),
    /// fallback token (when there is a source of tokens), compression.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddStandard(
        this ClientInterceptorsBuilder builder, Action<StandardClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new StandardClientOptions();
        configure?.Invoke(options);
        builder.AddTraceMetadata(
            options.TraceMetadata).AddTiming(options.Timing).AddDeadline(options.Deadline).AddCompression(options.Compression);
        if (options.Resilience is not null)
            builder.AddResilience(options.Resilience);
        if (options.Tokens is not null)
            builder.AddFallbackToken(options.Tokens, options.FallbackToken);
        return builder;
    }
}
