using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the standard set of server interceptors.</summary>
public static class StandardServerInterceptorsBuilderExtensions
{
    /// <summary>Everything that suits every server, in the right order: trace metadata, timing, recovery.</summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddStandard(this ServerInterceptorsBuilder builder) =>
        builder.AddTraceMetadata().AddTiming().AddRecovery();
}
