using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="ResilienceInterceptor"/> to clients.</summary>
public static class ResilienceHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="ResilienceInterceptor"/>, which does nothing until an option turns something on.</summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, Action<ResilienceOptions>? configure = null) =>
        builder.WithOptions<ResilienceOptions, ResilienceOptionsValidator>(configure)
            .With(ClientInterceptorOrder.Resilience, static context => new ResilienceInterceptor(
                context.Options<ResilienceOptions>(), context.Find<ILogger<ResilienceInterceptor>>(), context.Find<TimeProvider>(),
                context.Find<IMeterFactory>(), context.Channel));
}
