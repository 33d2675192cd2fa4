using Interceptors;
using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ResilienceInterceptor"/>.</summary>
public static class ResilienceClientInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="ResilienceInterceptor"/>, which does nothing until an option turns something on.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options, such as <c>options => options.UseRecommended("pkg.Service/Get")</c>;
    /// checked at start.</param>
    public static ClientInterceptorsBuilder AddResilience(
        this ClientInterceptorsBuilder builder, Action<ResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddChecked<ResilienceOptions, ResilienceOptionsValidator>(configure);
        return builder.Add<ResilienceInterceptor>(ClientInterceptorOrder.Resilience);
    }
}
