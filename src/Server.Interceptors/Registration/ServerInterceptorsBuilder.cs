using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Collects server interceptors in DI. However the builder's methods are ordered, the calls run through them outermost first:
/// trace, timing, recovery, token authentication, limits, compression, then those added with <see cref="Add{TInterceptor}()"/>.
/// </summary>
public sealed class ServerInterceptorsBuilder
{
    internal ServerInterceptorsBuilder(IServiceCollection services, string methods)
    {
        Services = services;
        Methods = methods;
    }

    /// <summary>The services that are being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The pattern of the methods that it adds to; empty for all methods.</summary>
    internal string Methods { get; }

    internal bool IsForAllMethods => Methods.Length == 0;

    /// <summary>The name of the options for these methods.</summary>
    internal string OptionsName => IsForAllMethods ? "" : OptionsNames.For("", Methods);

    /// <summary>
    /// Adds an interceptor of your own, any of gRPC's, inside of the kit's own ones, in the order of adding. What it throws is recovered,
    /// logged and measured like what a handler throws. To run outside of the kit's set, add it to <c>AddGrpc</c> instead, before
    /// <c>AddServerInterceptors</c>.
    /// </summary>
    /// <typeparam name="TInterceptor">Made once, by DI, so it may not need scoped services.</typeparam>
    public ServerInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>()
        where TInterceptor : Interceptor => Add<TInterceptor>(ServerInterceptorOrder.Custom);

    /// <summary>
    /// Adds interceptors for chosen methods: they take the place of those of their type that were added for all. Their options are their
    /// own, and build on those for all methods. Of several choices that a method belongs to, the first counts.
    /// </summary>
    /// <param name="methods">
    /// Which methods: <c>pkg.Service/Method</c>, <c>pkg.Service</c> or <c>pkg.Service/*</c>, or <c>pkg.*</c>. Letter case matters.
    /// </param>
    /// <param name="add">Adds them.</param>
    /// <exception cref="ArgumentException">The pattern is malformed; the message names it and the right forms.</exception>
    /// <exception cref="InvalidOperationException">It is called within another choice of methods.</exception>
    public ServerInterceptorsBuilder For(string methods, Action<ServerInterceptorsBuilder> add)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(add);
        if (MethodPattern.Problem(methods) is { } problem)
            throw new ArgumentException(problem, nameof(methods));
        if (!IsForAllMethods)
            throw new InvalidOperationException($"For(\"{methods}\") stands within For(\"{Methods}\"). Put it beside that.");
        add(new ServerInterceptorsBuilder(Services, MethodPattern.Bare(methods)));
        return this;
    }

    /// <summary>Adds options for these methods, which build on those for all, and are checked when the host starts.</summary>
    internal void AddOptions<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(Action<TOptions>? configure)
        where TOptions : class, new()
        where TValidator : OptionsValidator<TOptions>
    {
        Services.TryAddTransient<IOptionsFactory<TOptions>, LayeredOptionsFactory<TOptions>>();
        Services.AddChecked<TOptions, TValidator>(configure, OptionsName);
    }

    /// <summary>Adds an interceptor that stays as it is.</summary>
    internal ServerInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        ServerInterceptorOrder order)
        where TInterceptor : Interceptor
    {
        Services.TryAddSingleton<TInterceptor>();
        return Add(ServerInterceptorRegistration.Of<TInterceptor>(Methods, order));
    }

    /// <summary>Adds an interceptor of the kit that follows its options.</summary>
    internal ServerInterceptorsBuilder Add<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor, TOptions>(ServerInterceptorOrder order)
        where TInterceptor : Interceptor
        where TOptions : class, new()
    {
        Services.TryAddSingleton<TInterceptor>();
        return Add(ServerInterceptorRegistration.Of<TInterceptor, TOptions>(Methods, order));
    }

    /// <summary>Adds an interceptor; in the place of one of its type for the same methods, if there is one.</summary>
    internal ServerInterceptorsBuilder Add(ServerInterceptorRegistration registration)
    {
        var added = ServiceDescriptor.Singleton(registration);
        for (var i = 0; i < Services.Count; i++)
        {
            if (!Services[i].IsKeyedService
                && Services[i].ImplementationInstance is ServerInterceptorRegistration before
                && (before.Type, before.Methods) == (registration.Type, registration.Methods))
            {
                Services[i] = added;
                return this;
            }
        }

        Services.Add(added);
        return this;
    }

    internal void ThrowIfForChosenMethods(string added, string instead)
    {
        if (!IsForAllMethods)
            throw new InvalidOperationException($"{added} stands within For(\"{Methods}\"), but holds for all methods. {instead}");
    }
}
