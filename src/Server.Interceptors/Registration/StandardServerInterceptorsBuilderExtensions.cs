using Interceptors;
using Interceptors.Propagation;
using Interceptors.Server;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the standard set of server interceptors.</summary>
public static class StandardServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Everything that suits every server, in the right order: trace metadata, timing (with the calls that interceptors do not see),
    /// recovery; limits and compression when they were configured. Each has an <c>Add…</c> method of its own that changes its options,
    /// before or after this.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddStandard(
        this ServerInterceptorsBuilder builder, Action<StandardServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new StandardServerOptions();
        configure?.Invoke(options);
        builder.AddTraceMetadata(options.TraceMetadata).AddTiming(options.Timing).AddUnhandledCalls().AddRecovery(options.Recovery);
        if (options.Limits is not null)
            builder.AddLimits(options.Limits);
        if (options.Compression is not null)
            builder.AddCompression(options.Compression);
        return builder;
    }

    /// <summary>
    /// The standard set with options from configuration, and limits and compression if they have a section. A key that is not known, or a
    /// value that can't be read, is an error when the host starts. What calls look at one by one follows a reload: <c>Timing</c>,
    /// <c>Recovery</c>, <c>Limits</c>, and of <c>Compression</c> the sizes and methods.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">
    /// The section that holds them: <c>{ "Timing": { "SlowCallThreshold": "00:00:01" }, "Limits": { "Server": { "MaxConcurrentCalls": 500
    /// } } }</c>. It may have <c>TraceMetadata</c>, <c>Timing</c>, <c>Recovery</c>, <c>TokenAuthentication</c> (for
    /// <c>AddTokenAuthentication</c>, which takes the verifier), <c>Limits</c> and <c>Compression</c>, each with the properties of its
    /// class of options.
    /// </param>
    public static ServerInterceptorsBuilder AddStandard(this ServerInterceptorsBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        builder.AddStandard();
        var services = builder.Services;
        services.AddOptions<StandardServerOptions>().BindStrictly(configuration, ServerOptionKeys.Standard, static (_, _) => { });
        services.AddOptions<TraceMetadataOptions>().BindStrictly(
            Section(nameof(ServerOptionKeys.TraceMetadata)), ServerOptionKeys.TraceMetadata, static (s, options) => s.Bind(options));
        services.AddOptions<ServerTimingOptions>().BindStrictly(
            Section(nameof(ServerOptionKeys.Timing)), ServerOptionKeys.Timing, static (s, options) => s.Bind(options));
        services.AddOptions<RecoveryOptions>().BindStrictly(
            Section(nameof(ServerOptionKeys.Recovery)), ServerOptionKeys.Recovery, static (s, options) => s.Bind(options));
        if (Section(nameof(ServerOptionKeys.TokenAuthentication)) is var authentication && authentication.Exists())
            AddTokenAuthenticationOptions(services, authentication);
        if (Section(nameof(ServerOptionKeys.Limits)) is var limits && limits.Exists())
        {
            builder.AddLimits();
            services.AddOptions<LimitsOptions>().BindStrictly(limits, ServerOptionKeys.Limits, static (s, options) => s.Bind(options));
        }

        if (Section(nameof(ServerOptionKeys.Compression)) is var compression && compression.Exists())
        {
            builder.AddCompression();
            services.AddOptions<ServerCompressionOptions>().BindStrictly(
                compression, ServerOptionKeys.Compression, static (s, options) => s.Bind(options));
        }

        return builder;

        IConfigurationSection Section(string name) => configuration.GetSection(name);
    }

    private static void AddTokenAuthenticationOptions(IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<TokenAuthenticationOptions>()
            .BindStrictly(section, ServerOptionKeys.TokenAuthentication, static (s, options) => s.Bind(options))
            .Validate<IEnumerable<ServerInterceptorRegistration>>(
                static (_, added) => added.Any(registration => registration.Type == typeof(TokenAuthenticationInterceptor)),
                $"The configuration section '{section.Path}' has no effect without a verifier of tokens. "
                + "Call AddTokenAuthentication(verifier) as well, or take the section out.");
    }
}
