using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Interceptors.Propagation;

internal static class TraceMetadataRegistration
{
    /// <summary>The options of both sides, checked when the host starts.</summary>
    public static void AddTraceMetadataOptions(this IServiceCollection services, Action<TraceMetadataOptions>? configure)
    {
        var options = services.AddOptions<TraceMetadataOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TraceMetadataOptions>, TraceMetadataOptionsValidator>());
    }
}
