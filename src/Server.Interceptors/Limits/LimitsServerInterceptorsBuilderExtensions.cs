using Interceptors.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        builder.AddOptions<LimitsOptions, LimitsOptionsValidator>(configure);
        builder.Services.TryAddSingleton<LimitsInterceptor>();
        return builder.Add(ServerInterceptorRegistration.Of<LimitsInterceptor, LimitsOptions>(
            builder.Methods, ServerInterceptorOrder.Limits, Steps));
    }

    private static IReadOnlyList<OrderedServerInterceptor> Steps(IServiceProvider services, LimitsInterceptor limits)
    {
        limits.IsBehindAuthentication = services.GetServices<ServerInterceptorRegistration>()
            .Any(registration => registration.Type == typeof(TokenAuthenticationInterceptor));
        return
        [
            new(ServerInterceptorOrder.Admission, new AdmissionLimitsInterceptor(limits)), new(ServerInterceptorOrder.Limits, limits),
        ];
    }
}
