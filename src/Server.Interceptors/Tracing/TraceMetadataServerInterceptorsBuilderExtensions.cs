using System.Diagnostics;
using Microsoft.Extensions.Options;
using Interceptors;
using Interceptors.Propagation;
using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ServerTraceMetadataInterceptor"/>.</summary>
public static class TraceMetadataServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ServerTraceMetadataInterceptor"/>, for all methods.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, which are shared with the client side; checked at start.</param>
    public static ServerInterceptorsBuilder AddTraceMetadata(
        this ServerInterceptorsBuilder builder, Action<TraceMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ThrowIfForChosenMethods(nameof(AddTraceMetadata), "Call it outside.");
        builder.Services.AddChecked<TraceMetadataOptions, TraceMetadataOptionsValidator>(configure);
        AddPropagator(builder.Services);
        return builder.Add<ServerTraceMetadataInterceptor>(ServerInterceptorOrder.Trace);
    }

    private static void AddPropagator(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(PropagatorAdded)))
            return;
        services.AddSingleton<PropagatorAdded>();
        var inner = services.LastOrDefault(
            service => service.ServiceType == typeof(DistributedContextPropagator) && !service.IsKeyedService);
        services.AddSingleton<DistributedContextPropagator>(provider => new TraceIdPropagator(
            inner?.ImplementationInstance as DistributedContextPropagator
                ?? inner?.ImplementationFactory?.Invoke(provider) as DistributedContextPropagator
                ?? (inner?.ImplementationType is { } type
                    ? (DistributedContextPropagator)ActivatorUtilities.CreateInstance(provider, type)
                    : DistributedContextPropagator.Current),
            provider.GetRequiredService<IOptions<TraceMetadataOptions>>().Value.Key));
    }

    private sealed class PropagatorAdded;
}
