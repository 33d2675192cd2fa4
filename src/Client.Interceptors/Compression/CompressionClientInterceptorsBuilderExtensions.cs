using Interceptors;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers compression of requests in DI.</summary>
public static class CompressionClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ClientCompressionInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddCompression(
        this ClientInterceptorsBuilder builder, Action<ClientCompressionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<ClientCompressionOptions, ClientCompressionOptionsValidator>(configure);
        return builder.Add<ClientCompressionInterceptor>(ClientInterceptorOrder.Compression);
    }
}
