using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Interceptors.Client;

/// <summary>
/// Collects client interceptors in DI. However the builder's methods are ordered, the calls run through them outermost first:
/// trace, timing, deadline, resilience, fallback token, compression, then those added with <see cref="Add{TInterceptor}()"/>.
/// </summary>
public sealed class ClientInterceptorsBuilder
{
    private readonly MethodSelector _methods;

    internal ClientInterceptorsBuilder(IServiceCollection services, MethodSelector methods)
    {
        Services = services;
        _methods = methods;
    }

    /// <summary>The services that are being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds an interceptor of your own, inside of the kit's own ones, in the order of adding.</summary>
    /// <typeparam name="TInterceptor">Made once, by DI.</typeparam>
    public ClientInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>()
        where TInterceptor : Interceptor => Add<TInterceptor>(ClientInterceptorOrder.Custom);

    /// <summary>Adds interceptors for chosen methods only, beside those that were added for all.</summary>
    /// <param name="methods">The methods, such as <c>MethodSelector.Parse("orders.*")</c>.</param>
    /// <param name="add">Adds them. Options are those of all: an interceptor type has one set of options.</param>
    public ClientInterceptorsBuilder For(MethodSelector methods, Action<ClientInterceptorsBuilder> add)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(add);
        add(new ClientInterceptorsBuilder(Services, methods));
        return this;
    }

    internal ClientInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        ClientInterceptorOrder order)
        where TInterceptor : Interceptor
    {
        Services.TryAddSingleton<TInterceptor>();
        if (ReferenceEquals(_methods, MethodSelector.All))
        {
            Services.TryAddEnumerable(ServiceDescriptor.Singleton<OrderedClientInterceptor, OrderedClientInterceptor<TInterceptor>>(
                services => new OrderedClientInterceptor<TInterceptor>(order, services.GetRequiredService<TInterceptor>())));
        }
        else
        {
            var methods = _methods;
            Services.AddSingleton(
                services => new OrderedClientInterceptor(order, services.GetRequiredService<TInterceptor>().For(methods)));
        }
        return this;
    }
}
