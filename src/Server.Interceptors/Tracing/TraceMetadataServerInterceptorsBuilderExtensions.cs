using Interceptors;
using Interceptors.Propagation;
using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ServerTraceMetadataInterceptor"/>.</summary>
public static class TraceMetadataServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ServerTraceMetadataInterceptor"/>, for all methods.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, which are shared with the client side; checked at start.</param>
    public static ServerInterceptorsBuilder AddTraceMetadata(
        this ServerInterceptorsBuilder builder, Action<TraceMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ThrowIfForChosenMethods(nameof(AddTraceMetadata), "Call it outside.");
        builder.Services.AddChecked<TraceMetadataOptions, TraceMetadataOptionsValidator>(configure);
        return builder.Add<ServerTraceMetadataInterceptor>(ServerInterceptorOrder.Trace);
    }
}
