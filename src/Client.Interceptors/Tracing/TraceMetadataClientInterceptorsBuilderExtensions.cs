using Interceptors;
using Interceptors.Client;
using Interceptors.Propagation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the trace metadata interceptor.</summary>
public static class TraceMetadataClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ClientTraceMetadataInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, which are shared with the server side; checked at start.</param>
    public static ClientInterceptorsBuilder AddTraceMetadata(
        this ClientInterceptorsBuilder builder, Action<TraceMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<TraceMetadataOptions, TraceMetadataOptionsValidator>(configure);
        return builder.Add<ClientTraceMetadataInterceptor>(ClientInterceptorOrder.Trace);
    }
}
