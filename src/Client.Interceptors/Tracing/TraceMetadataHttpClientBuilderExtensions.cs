using Interceptors;
using Interceptors.Propagation;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="ClientTraceMetadataInterceptor"/> to clients.</summary>
public static class TraceMetadataHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="ClientTraceMetadataInterceptor"/>.</summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddTraceMetadata(this IHttpClientBuilder builder, Action<TraceMetadataOptions>? configure = null) =>
        builder.WithOptions<TraceMetadataOptions, TraceMetadataOptionsValidator>(configure)
            .With(ClientInterceptorOrder.Trace, static context => new ClientTraceMetadataInterceptor(
                context.Options<TraceMetadataOptions>(), context.Find<ILogger<ClientTraceMetadataInterceptor>>(),
                context.Find<TimeProvider>(), context.Find<IMeterFactory>()));
}
