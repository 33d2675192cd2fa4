using System.Diagnostics.Metrics;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="ClientTimingInterceptor"/> to clients.</summary>
public static class TimingHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="ClientTimingInterceptor"/>.</summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddTiming(this IHttpClientBuilder builder, Action<ClientTimingOptions>? configure = null) =>
        builder.WithOptions<ClientTimingOptions, ClientTimingOptionsValidator>(configure)
            .With(ClientInterceptorOrder.Timing, static context => new ClientTimingInterceptor(
                context.Find<ILogger<ClientTimingInterceptor>>(), context.Options<ClientTimingOptions>(),
                context.Options<TraceMetadataOptions>(), context.Find<IMeterFactory>(), context.Channel));
}
