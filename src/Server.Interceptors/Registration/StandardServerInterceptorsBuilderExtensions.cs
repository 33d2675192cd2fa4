using Interceptors.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the standard set of server interceptors.</summary>
public static class StandardServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Everything that suits every server, in the right order: trace metadata, timing (with the calls that interceptors do not see),
    /// recovery. Each has an <c>Add…</c> method of its own that changes its options, before or after this.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ServerInterceptorsBuilder AddStandard(this ServerInterceptorsBuilder builder) =>
        builder.AddTraceMetadata().AddTiming().AddUnhandledCalls().AddRecovery();
}
