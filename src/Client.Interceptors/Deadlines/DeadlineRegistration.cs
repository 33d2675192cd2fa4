using Interceptors.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="DeadlineInterceptor"/>.</summary>
public static class DeadlineClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="DeadlineInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ClientInterceptorsBuilder AddDeadline(this ClientInterceptorsBuilder builder, Action<DeadlineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<DeadlineOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeadlineOptions>, DeadlineOptionsValidator>());
        return builder.Add<DeadlineInterceptor>(ClientInterceptorOrder.Deadline);
    }
}
