using Interceptors;
using Interceptors.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the timing interceptor.</summary>
public static class TimingClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ClientTimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddTiming(this ClientInterceptorsBuilder builder, Action<ClientTimingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<ClientTimingOptions, ClientTimingOptionsValidator>(configure);
        return builder.Add<ClientTimingInterceptor>(ClientInterceptorOrder.Timing);
    }
}
