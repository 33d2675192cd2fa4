using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Propagation;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Adds interceptors to one gRPC client (<c>services.AddGrpcClient&lt;T&gt;()</c>, <c>services.AddDiscoveryClient&lt;T&gt;(target)</c>), or
/// to all of them (<c>services.ConfigureHttpClientDefaults(http => …)</c>). However the methods are ordered, calls run through them
/// outermost first: trace, timing, deadline, resilience, compression, those of one's own, then those of the official factory's
/// <c>AddInterceptor</c>, then the fallback token. What is added twice for the same methods is there once.
/// </summary>
public static class ClientInterceptorHttpClientBuilderExtensions
{
    /// <summary>Adds interceptors for chosen methods: they take the place of those of their kind that were added for all.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="pattern">The methods, such as <c>orders.*</c>; see <see cref="MethodSelector"/> for the forms.</param>
    /// <param name="add">Adds them, with options of their own, which build on the client's.</param>
    /// <exception cref="ArgumentException">The pattern is malformed; the message names it and the right forms.</exception>
    public static IHttpClientBuilder For(this IHttpClientBuilder builder, string pattern, Action<IHttpClientBuilder> add) =>
        builder.For(MethodSelector.Parse(pattern), add);

    /// <summary>Adds interceptors for chosen methods: they take the place of those of their kind that were added for all.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="methods">The methods.</param>
    /// <param name="add">Adds them, with options of their own, which build on the client's.</param>
    public static IHttpClientBuilder For(this IHttpClientBuilder builder, MethodSelector methods, Action<IHttpClientBuilder> add)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(add);
        add(new SelectedClientBuilder(builder, methods));
        return builder;
    }

    /// <summary>
    /// Adds an interceptor of your own. Unlike the official factory's <c>AddInterceptor</c> it can be limited to methods
    /// (<see cref="For(IHttpClientBuilder, string, Action{IHttpClientBuilder})"/>), and a <see cref="ClientInterceptor"/> costs less.
    /// </summary>
    /// <typeparam name="TInterceptor">
    /// Made once for each client, by DI; its constructor may ask for the client's <see cref="ChannelDescription"/> too.
    /// </typeparam>
    /// <param name="builder">The client.</param>
    public static IHttpClientBuilder AddClientInterceptor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(this IHttpClientBuilder builder)
        where TInterceptor : Interceptor
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.With(ClientInterceptorOrder.Custom, static context => WantsChannel(typeof(TInterceptor))
            ? ActivatorUtilities.CreateInstance<TInterceptor>(context.Services, context.Channel)
            : ActivatorUtilities.GetServiceOrCreateInstance<TInterceptor>(context.Services));
    }

    private static bool WantsChannel(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type) =>
        type.GetConstructors().Any(constructor => constructor.GetParameters()
            .Any(parameter => parameter.ParameterType == typeof(ChannelDescription)));
}
