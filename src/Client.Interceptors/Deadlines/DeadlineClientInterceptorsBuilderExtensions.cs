using Interceptors;
using Interceptors.Client;

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
        builder.Services.AddChecked<DeadlineOptions, DeadlineOptionsValidator>(configure);
        return builder.Add<DeadlineInterceptor>(ClientInterceptorOrder.Deadline);
    }
}
