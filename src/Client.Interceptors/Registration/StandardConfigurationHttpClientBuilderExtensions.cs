using Interceptors;
using Interceptors.Client;
using Interceptors.Propagation;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the standard set of client interceptors with options from configuration.</summary>
public static class StandardConfigurationHttpClientBuilderExtensions
{
    /// <summary>
    /// The standard set with options from configuration; resilience if it has a section. A key that is not known, or a value that can't be
    /// read, is an error when the host starts. All of them follow a reload of the configuration: an interceptor whose options changed is
    /// made anew for the calls that begin after it, so a change of <c>Resilience</c> forgets what its circuits had counted. A reloaded
    /// section that is wrong is logged, and the options before stay in force.
    /// </summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configuration">
    /// The section that holds them: <c>{ "Timing": { "SlowCallThreshold": "00:00:01" }, "Deadline": { "Default": "00:00:05" } }</c>. It may
    /// have <c>TraceMetadata</c>, <c>Timing</c>, <c>Deadline</c>, <c>Resilience</c>, <c>Compression</c> and <c>FallbackToken</c> (for
    /// <c>AddFallbackToken</c>, which takes the source), each with the properties of its class of options.
    /// </param>
    public static IHttpClientBuilder AddStandardInterceptors(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        builder.AddStandardInterceptors();
        builder.Services.AddOptions<StandardClientOptions>(builder.Name ?? "")
            .BindStrictly(configuration, ClientOptionKeys.Standard, static (_, _) => { });
        builder.OptionsOf<TraceMetadataOptions, TraceMetadataOptionsValidator>().BindStrictly(
            Section(nameof(ClientOptionKeys.TraceMetadata)), ClientOptionKeys.TraceMetadata, static (s, options) => s.Bind(options));
        builder.OptionsOf<ClientTimingOptions, ClientTimingOptionsValidator>().BindStrictly(
            Section(nameof(ClientOptionKeys.Timing)), ClientOptionKeys.Timing, static (s, options) => s.Bind(options));
        builder.OptionsOf<DeadlineOptions, DeadlineOptionsValidator>().BindStrictly(
            Section(nameof(ClientOptionKeys.Deadline)), ClientOptionKeys.Deadline, static (s, options) => s.Bind(options));
        builder.OptionsOf<ClientCompressionOptions, ClientCompressionOptionsValidator>().BindStrictly(
            Section(nameof(ClientOptionKeys.Compression)), ClientOptionKeys.Compression, static (s, options) => s.Bind(options));
        builder.OptionsOf<FallbackTokenOptions, FallbackTokenOptionsValidator>().BindStrictly(
            Section(nameof(ClientOptionKeys.FallbackToken)), ClientOptionKeys.FallbackToken, static (s, options) => s.Bind(options));
        if (Section(nameof(ClientOptionKeys.Resilience)) is var resilience && resilience.Exists())
        {
            builder.AddResilience();
            builder.OptionsOf<ResilienceOptions, ResilienceOptionsValidator>().BindStrictly(
                resilience, ClientOptionKeys.Resilience, static (s, options) => s.Bind(options));
        }
        return builder;

        IConfigurationSection Section(string name) => configuration.GetSection(name);
    }
}
