using Interceptors.Client;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="DeadlineInterceptor"/> to clients.</summary>
public static class DeadlineHttpClientBuilderExtensions
{
    /// <summary>Adds <see cref="DeadlineInterceptor"/>.</summary>
    /// <param name="builder">The client, or all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>).</param>
    /// <param name="configure">Changes the options, which are those of the client's name; checked when the host starts.</param>
    public static IHttpClientBuilder AddDeadline(this IHttpClientBuilder builder, Action<DeadlineOptions>? configure = null) =>
        builder.WithOptions<DeadlineOptions, DeadlineOptionsValidator>(configure)
            .With(ClientInterceptorOrder.Deadline, static context => new DeadlineInterceptor(
                context.Options<DeadlineOptions>()));
}
