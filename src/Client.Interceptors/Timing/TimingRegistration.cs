using Interceptors.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

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
        var options = builder.Services.AddOptions<TimingOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TimingOptions>, TimingOptionsValidator>());
        return builder.Add<TimingInterceptor>(ClientInterceptorOrder.Timing);
    }
}
