using Grpc.AspNetCore.Server;
using Interceptors.Server;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the server interceptors in DI.</summary>
public static class ServerInterceptorsServiceCollectionExtensions
{
    /// <summary>
    /// Starts to add server interceptors, which then run for every gRPC service of this host; <c>AddGrpc()</c> may come before or
    /// after. Interceptors that are added to <c>AddGrpc</c> itself stand outside of these if they were added before this call, inside of
    /// them otherwise; what one outside throws is neither recovered nor logged by the kit. May be called several times.
    /// </summary>
    /// <param name="services">The services.</param>
    public static ServerInterceptorsBuilder AddServerInterceptors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(ServerPipeline)))
        {
            services.AddMetrics();
            // As a service it is a singleton; gRPC makes a new one for each call otherwise.
            services.AddSingleton<ServerPipeline>();
            services.AddHostedService<ServerPipelineStart>();
            services.Configure<GrpcServiceOptions>(options => options.Interceptors.Add<ServerPipeline>());
        }

        return new ServerInterceptorsBuilder(services, methods: "");
    }
}
