using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ServerTimingInterceptor"/>.</summary>
public static class TimingServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ServerTimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddTiming(this ServerInterceptorsBuilder builder, Action<ServerTimingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions<ServerTimingOptions, ServerTimingOptionsValidator>(configure);
        return builder.Add<ServerTimingInterceptor, ServerTimingOptions>(ServerInterceptorOrder.Timing);
    }
}
