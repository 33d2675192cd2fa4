using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the timing interceptor.</summary>
public static class TimingServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="TimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddTiming(this ServerInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<TimingInterceptor>(ServerInterceptorOrder.Timing);
    }
}
