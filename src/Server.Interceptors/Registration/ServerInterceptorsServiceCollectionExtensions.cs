using Grpc.AspNetCore.Server;
using Interceptors.Propagation;
using Interceptors.Server;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the server interceptors in DI.</summary>
public static class ServerInterceptorsServiceCollectionExtensions
{
    /// <summary>
    /// Starts to add server interceptors, which then run for every gRPC service of this host; <c>AddGrpc()</c> may come before or
    /// after. May be called several times.
    /// </summary>
    /// <param name="services">The services.</param>
    public static ServerInterceptorsBuilder AddServerInterceptors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(ServerInterceptorGroup)))
        {
            services.AddMetrics();
            // As a service it is a singleton; gRPC makes a new one for each call otherwise.
            services.AddSingleton<ServerInterceptorGroup>();
            services.Configure<GrpcServiceOptions>(options => options.Interceptors.Add<ServerInterceptorGroup>());
        }
        return new ServerInterceptorsBuilder(services);
    }

    /// <summary>Everything that suits every server, in the right order: trace metadata, timing, recovery.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddStandard(this ServerInterceptorsBuilder builder) =>
        builder.AddTraceMetadata().AddTiming().AddRecovery();

    /// <summary>Adds <see cref="TraceMetadataInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, which are shared with the client side; checked at start.</param>
    public static ServerInterceptorsBuilder AddTraceMetadata(
        this ServerInterceptorsBuilder builder, Action<TraceMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<TraceMetadataOptions, TraceMetadataOptionsValidator>(configure);
        return builder.Add<TraceMetadataInterceptor>(ServerInterceptorOrder.Trace);
    }

    /// <summary>Adds <see cref="TimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddTiming(this ServerInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<TimingInterceptor>(ServerInterceptorOrder.Timing);
    }

    /// <summary>Adds <see cref="RecoveryInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddRecovery(this ServerInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<RecoveryInterceptor>(ServerInterceptorOrder.Recovery);
    }
}
