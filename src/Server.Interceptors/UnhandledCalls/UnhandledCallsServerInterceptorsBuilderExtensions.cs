using Microsoft.Extensions.Options;
using Microsoft.Extensions.Logging;
using Interceptors.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers reports of calls that never reach a handler.</summary>
public static class UnhandledCallsServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Logs and measures, as <see cref="ServerTimingInterceptor"/> does, the calls too that gRPC's server answers by itself: methods that
    /// don't exist, requests that can't be decoded or are too large, deadlines that pass and callers that go away before the handler
    /// runs. A response that can't be serialized is reported as the failure that its caller sees. It is a middleware around all others.
    /// The Error lines that gRPC's server itself writes for requests that it can't decode are bounded to about one in ten seconds, since
    /// anybody can cause them; a log level of your own for <c>Grpc.AspNetCore.Server.ServerCallHandler</c> brings all of them back.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddUnhandledCalls(this ServerInterceptorsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ThrowIfForChosenMethods(nameof(AddUnhandledCalls), "Call it outside.");
        builder.Services.TryAddSingleton<UnhandledCallReporter>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, UnhandledCallStartupFilter>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<LoggerFilterOptions>, StrangerErrorLines>());
        return builder.AddTiming();
    }
}
