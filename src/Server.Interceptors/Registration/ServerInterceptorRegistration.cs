using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>What a builder has been told to add: how to make it, for which methods, and what makes it anew.</summary>
/// <param name="Type">What it is; a method has at most one of a type.</param>
/// <param name="Methods">The pattern of its methods; empty for all.</param>
/// <param name="Create">Makes the interceptors, of which one can be several steps.</param>
internal sealed record ServerInterceptorRegistration(
    Type Type, string Methods, Func<IServiceProvider, IReadOnlyList<OrderedServerInterceptor>> Create)
{
    /// <summary>Follows the options. Null: the interceptors stay as they are.</summary>
    public Func<IServiceProvider, Action<IReadOnlyList<OrderedServerInterceptor>>, Action<Exception>, IDisposable>? Follow { get; init; }

    /// <summary>An interceptor without options, made by DI.</summary>
    public static ServerInterceptorRegistration Of<TInterceptor>(string methods, ServerInterceptorOrder order)
        where TInterceptor : Interceptor =>
        new(typeof(TInterceptor), methods, services => [new(order, services.GetRequiredService<TInterceptor>())]);

    /// <summary>An interceptor that is made anew when its options change.</summary>
    /// <param name="methods">The pattern of its methods; empty for all.</param>
    /// <param name="order">Its position.</param>
    /// <param name="expand">The steps of the interceptor. Null: it is one.</param>
    public static ServerInterceptorRegistration Of<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor, TOptions>(
        string methods,
        ServerInterceptorOrder order,
        Func<IServiceProvider, TInterceptor, IReadOnlyList<OrderedServerInterceptor>>? expand = null)
        where TInterceptor : Interceptor
        where TOptions : class, new()
    {
        var name = methods.Length == 0 ? "" : OptionsNames.For("", methods);
        return new(typeof(TInterceptor), methods, First)
        {
            Follow = (services, changed, failed) => OptionsFollower.Follow<TOptions>(
                services, name, options => changed(Steps(services, Make(services, options))), failed),
        };

        IReadOnlyList<OrderedServerInterceptor> First(IServiceProvider services) => Steps(services, methods.Length == 0
            ? services.GetRequiredService<TInterceptor>()
            : Make(services, services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name)));

        IReadOnlyList<OrderedServerInterceptor> Steps(IServiceProvider services, TInterceptor made) =>
            expand?.Invoke(services, made) ?? [new(order, made)];

        static TInterceptor Make(IServiceProvider services, TOptions options) =>
            ActivatorUtilities.CreateInstance<TInterceptor>(services, Options.Create(options));
    }
}
