using Interceptors.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the standard set of client interceptors.</summary>
public static class StandardHttpClientBuilderExtensions
{
    /// <summary>
    /// Everything that suits every client, in the right order: trace metadata, timing, deadline, resilience (when it was configured),
    /// compression, fallback token (when there is a source of tokens).
    /// </summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddStandardInterceptors(
        this IHttpClientBuilder builder, Action<StandardClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new StandardClientOptions();
        configure?.Invoke(options);
        builder.AddTraceMetadata(options.TraceMetadata).AddTiming(options.Timing).AddDeadline(options.Deadline)
            .AddCompression(options.Compression);
        if (options.Resilience is not null)
            builder.AddResilience(options.Resilience);
        if (options.Tokens is not null)
            builder.AddFallbackToken(options.Tokens, options.FallbackToken);
        return builder;
    }
}
