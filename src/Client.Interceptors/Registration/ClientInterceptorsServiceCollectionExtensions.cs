using Grpc.Core.Interceptors;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client interceptors in DI.</summary>
public static class ClientInterceptorsServiceCollectionExtensions
{
    /// <summary>
    /// Starts to add client interceptors. What is added becomes one <see cref="Interceptor"/> service: discovery's clients use it by
    /// themselves; elsewhere write <c>channel.Intercept(services.GetRequiredService&lt;Interceptor&gt;())</c>. May be called
    /// several times.
    /// </summary>
    /// <param name="services">The services.</param>
    public static ClientInterceptorsBuilder AddClientInterceptors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(Registered)))
        {
            services.AddLogging();
            services.AddMetrics();
            services.AddSingleton<Registered>();
            services.AddSingleton(provider => ClientInterceptors.Combine(
                provider.GetServices<OrderedClientInterceptor>().OrderBy(entry => entry.Order).Select(entry => entry.Interceptor)));
        }
        return new ClientInterceptorsBuilder(services, MethodSelector.All);
    }

    /// <summary>Marks services to which the combined interceptor was added: there may be other interceptors beside it.</summary>
    private sealed class Registered;
}
