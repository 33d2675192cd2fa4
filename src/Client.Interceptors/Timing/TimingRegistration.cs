using Interceptors;
using Interceptors.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the timing interceptor.</summary>
public static class TimingClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="TimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddTiming(this ClientInterceptorsBuilder builder, Action<TimingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<TimingOptions, TimingOptionsValidator>(configure);
        return builder.Add<TimingInterceptor>(ClientInterceptorOrder.Timing);
    }
}
