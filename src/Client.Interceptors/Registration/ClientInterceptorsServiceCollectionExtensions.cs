using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Propagation;

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
        return new ClientInterceptorsBuilder(services);
    }

    /// <summary>Everything that suits every client, in the right order: trace metadata, timing.</summary>
    /// <param name="builder">The builder.</param>
    public static ClientInterceptorsBuilder AddStandard(this ClientInterceptorsBuilder builder) => builder.AddTraceMetadata().AddTiming();

    /// <summary>Adds <see cref="TraceMetadataInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, which are shared with the server side; checked at start.</param>
    public static ClientInterceptorsBuilder AddTraceMetadata(
        this ClientInterceptorsBuilder builder, Action<TraceMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddTraceMetadataOptions(configure);
        return builder.Add<TraceMetadataInterceptor>(ClientInterceptorOrder.Trace);
    }

    /// <summary>Adds <see cref="TimingInterceptor"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static ClientInterceptorsBuilder AddTiming(this ClientInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<TimingInterceptor>(ClientInterceptorOrder.Timing);
    }

    /// <summary>Marks services to which the combined interceptor was added: there may be other interceptors beside it.</summary>
    private sealed class Registered;
}
