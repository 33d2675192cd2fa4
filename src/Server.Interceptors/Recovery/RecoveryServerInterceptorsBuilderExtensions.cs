using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="RecoveryInterceptor"/>.</summary>
public static class RecoveryServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="RecoveryInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddRecovery(this ServerInterceptorsBuilder builder, Action<RecoveryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions<RecoveryOptions, RecoveryOptionsValidator>(configure);
        return builder.Add<RecoveryInterceptor, RecoveryOptions>(ServerInterceptorOrder.Recovery);
    }
}
