using Interceptors;
using Interceptors.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="FallbackTokenInterceptor"/> in DI.</summary>
public static class FallbackTokenClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="FallbackTokenInterceptor"/>. Called again, the last source holds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tokens">Where tokens come from; see <see cref="TokenSources"/>.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddFallbackToken(
        this ClientInterceptorsBuilder builder, ITokenSource tokens, Action<FallbackTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return builder.AddFallbackToken(_ => tokens, configure);
    }

    /// <summary>Adds <see cref="FallbackTokenInterceptor"/>. Called again, the last source holds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tokens">Makes or finds the source, once.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddFallbackToken(
        this ClientInterceptorsBuilder builder, Func<IServiceProvider, ITokenSource> tokens, Action<FallbackTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tokens);
        builder.Services.AddChecked<FallbackTokenOptions, FallbackTokenOptionsValidator>(configure);
        builder.Services.Replace(ServiceDescriptor.Singleton(services => new FallbackTokenInterceptor(
            tokens(services),
            services.GetRequiredService<IOptions<FallbackTokenOptions>>(),
            services.GetService<ILogger<FallbackTokenInterceptor>>())));
        return builder.Add<FallbackTokenInterceptor>(ClientInterceptorOrder.FallbackToken);
    }
}
