using Interceptors.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the standard set of client interceptors.</summary>
public static class StandardClientInterceptorsBuilderExtensions
{
    /// <summary>Everything that suits every client, in the right order: trace metadata, timing.</summary>
    /// <param name="builder">The builder.</param>
    public static ClientInterceptorsBuilder AddStandard(this ClientInterceptorsBuilder builder) => builder.AddTraceMetadata().AddTiming();
}
