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
    internal ClientInterceptorsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that are being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds an interceptor of your own, inside of the kit's own ones, in the order of adding.</summary>
    /// <typeparam name="TInterceptor">Made once, by DI.</typeparam>
    public ClientInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>()
        where TInterceptor : Interceptor => Add<TInterceptor>(ClientInterceptorOrder.Custom);

    internal ClientInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        ClientInterceptorOrder order)
        where TInterceptor : Interceptor
    {
        Services.TryAddSingleton<TInterceptor>();
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<OrderedClientInterceptor, OrderedClientInterceptor<TInterceptor>>(
            services => new OrderedClientInterceptor<TInterceptor>(order, services.GetRequiredService<TInterceptor>())));
        return this;
    }
}
