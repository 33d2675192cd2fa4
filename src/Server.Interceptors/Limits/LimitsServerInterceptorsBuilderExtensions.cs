using Interceptors;
using Interceptors.Server;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="LimitsInterceptor"/>.</summary>
public static class LimitsServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Adds <see cref="LimitsInterceptor"/>. It is not in the standard set: what a server can bear, only its owner knows.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">
    /// Changes the options; checked at start. They may come from configuration, too, but for the caller's key.
    /// </param>
    public static ServerInterceptorsBuilder AddLimits(this ServerInterceptorsBuilder builder, Action<LimitsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<LimitsOptions, LimitsOptionsValidator>(configure);
        return builder
            .Add<AdmissionLimitsInterceptor>(ServerInterceptorOrder.Admission)
            .Add<LimitsInterceptor>(ServerInterceptorOrder.Limits);
    }
}
