using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>Adds an interceptor to a client: what all <c>Add…</c> methods of a builder share.</summary>
internal static class ClientInterceptorBuilder
{
    /// <summary>Adds an interceptor, once for these methods of this client.</summary>
    public static IHttpClientBuilder With<TInterceptor>(
        this IHttpClientBuilder builder, ClientInterceptorOrder order, Func<ClientInterceptorContext, TInterceptor> create)
        where TInterceptor : Interceptor
    {
        var (client, methods) = Parts(builder);
        RegistryOf(builder.Services).Add(client, new ClientInterceptorEntry(order, typeof(TInterceptor), methods, create));
        return builder;
    }

    /// <summary>Adds options of the client's name, which build on those without a name, and are checked when the host starts.</summary>
    public static IHttpClientBuilder WithOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(
        this IHttpClientBuilder builder, Action<TOptions>? configure)
        where TOptions : class, new()
        where TValidator : OptionsValidator<TOptions>
    {
        builder.OptionsOf<TOptions, TValidator>().Configure(configure ?? (static _ => { }));
        return builder;
    }

    /// <summary>The options of the client's name, to be bound or configured.</summary>
    public static OptionsBuilder<TOptions> OptionsOf<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(this IHttpClientBuilder builder)
        where TOptions : class, new()
        where TValidator : OptionsValidator<TOptions>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddTransient<IOptionsFactory<TOptions>, LayeredOptionsFactory<TOptions>>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        return builder.Services.AddOptions<TOptions>(builder.Name ?? "").ValidateOnStart();
    }

    /// <summary>What was added for these methods of this client.</summary>
    public static bool Has<TInterceptor>(this IHttpClientBuilder builder)
    {
        var (client, methods) = Parts(builder);
        return RegistryOf(builder.Services).Of(client).Any(entry => entry.Kind == typeof(TInterceptor) && entry.IsFor(methods));
    }

    private static (string Client, MethodSelector Methods) Parts(IHttpClientBuilder builder) => builder is SelectedClientBuilder selected
        ? (selected.Client.Name ?? "", selected.Methods)
        : (builder.Name ?? "", MethodSelector.All);

    private static ClientInterceptorRegistry RegistryOf(IServiceCollection services)
    {
        if (ClientInterceptorRegistry.Find(services) is { } known)
            return known;
        var registry = new ClientInterceptorRegistry();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(registry);
        services.AddSingleton<ClientInterceptorFactory>();
        services.AddSingleton<IPostConfigureOptions<GrpcClientFactoryOptions>, ClientInterceptorSetup>();
        return registry;
    }
}
