using Interceptors;
using Interceptors.Server;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="StreamShutdownInterceptor"/>.</summary>
public static class StreamShutdownServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Adds <see cref="StreamShutdownInterceptor"/>. It is not in the standard set: handlers that end their streams by themselves need it
    /// not.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddStreamShutdown(
        this ServerInterceptorsBuilder builder, Action<StreamShutdownOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<StreamShutdownOptions, StreamShutdownOptionsValidator>(configure, builder.Methods);
        return builder.Add<StreamShutdownInterceptor, StreamShutdownOptions>(ServerInterceptorOrder.Shutdown);
    }
}
