using Microsoft.Extensions.Logging;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="ClientCompressionInterceptor"/> to clients.</summary>
public static class CompressionHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="ClientCompressionInterceptor"/>.</summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddCompression(this IHttpClientBuilder builder, Action<ClientCompressionOptions>? configure = null) =>
        builder.WithOptions<ClientCompressionOptions, ClientCompressionOptionsValidator>(configure)
            .With(ClientInterceptorOrder.Compression, static context => new ClientCompressionInterceptor(
                context.Options<ClientCompressionOptions>(), context.Find<ILogger<ClientCompressionInterceptor>>()));
}
