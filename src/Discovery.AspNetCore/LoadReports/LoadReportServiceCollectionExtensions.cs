using Interceptors.Discovery.AspNetCore;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Reports the load of a server to its clients.</summary>
public static class LoadReportServiceCollectionExtensions
{
    /// <summary>
    /// Reports the load of this server in the trailers of each gRPC response (<c>endpoint-load-metrics-bin</c>, gRFC A51). Clients with
    /// the policy <c>weighted_round_robin</c>, of this kit and of other gRPC implementations, then give each server calls as it can take
    /// them.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets options. Default: the CPU of the process is reported.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddLoadReports(this IServiceCollection services, Action<LoadReportingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<LoadReportingOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<LoadMeter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, LoadReporting>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LoadReportingOptions>, LoadReportingOptionsValidator>());
        return services;
    }
}
