using Interceptors;
using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the timing interceptor.</summary>
public static class TimingServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="TimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddTiming(this ServerInterceptorsBuilder builder, Action<TimingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<TimingOptions, TimingOptionsValidator>(configure);
        return builder.Add<TimingInterceptor>(ServerInterceptorOrder.Timing);
    }
}
