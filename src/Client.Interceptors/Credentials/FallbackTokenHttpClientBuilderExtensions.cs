using Interceptors.Client;
using Microsoft.Extensions.Logging;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="FallbackTokenInterceptor"/> to clients.</summary>
public static class FallbackTokenHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="FallbackTokenInterceptor"/>.</summary>
    /// <param name="builder">The client. Defaults for all clients would send the token to third parties too.</param>
    /// <param name="tokens">Where tokens come from; see <see cref="TokenSources"/>.</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    /// <exception cref="InvalidOperationException">The client has a source for the same methods already.</exception>
    public static IHttpClientBuilder AddFallbackToken(
        this IHttpClientBuilder builder, ITokenSource tokens, Action<FallbackTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return builder.AddFallbackToken(_ => tokens, configure);
    }

    /// <summary>Adds <see cref="FallbackTokenInterceptor"/>.</summary>
    /// <param name="builder">The client. Defaults for all clients would send the token to third parties too.</param>
    /// <param name="tokens">Makes or finds the source, once for each client.</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    /// <exception cref="InvalidOperationException">The client has a source for the same methods already.</exception>
    public static IHttpClientBuilder AddFallbackToken(
        this IHttpClientBuilder builder, Func<IServiceProvider, ITokenSource> tokens, Action<FallbackTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tokens);
        if (builder.Has<FallbackTokenInterceptor>())
        {
            throw new InvalidOperationException(
                $"Client '{builder.Name}' has two sources of fallback tokens for the same methods. Leave one call of AddFallbackToken out, "
                + "or give each its methods: .For(\"orders.*\", orders => orders.AddFallbackToken(…)).");
        }
        return builder.WithOptions<FallbackTokenOptions, FallbackTokenOptionsValidator>(configure)
            .With(ClientInterceptorOrder.FallbackToken, context => new FallbackTokenInterceptor(
                tokens(context.Services), context.Options<FallbackTokenOptions>(), context.Find<ILogger<FallbackTokenInterceptor>>(),
                context.Channel));
    }
}
