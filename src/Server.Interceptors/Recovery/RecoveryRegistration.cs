using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the recovery interceptor.</summary>
public static class RecoveryServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="RecoveryInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddRecovery(this ServerInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<RecoveryInterceptor>(ServerInterceptorOrder.Recovery);
    }
}
