using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Interceptors.Server;

/// <summary>
/// Collects server interceptors in DI. However the builder's methods are ordered, the calls run through them outermost first:
/// trace, timing, recovery, token authentication, limits, compression, then those added with <see cref="Add{TInterceptor}()"/>.
/// </summary>
public sealed class ServerInterceptorsBuilder
{
    internal ServerInterceptorsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that are being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds an interceptor of your own, inside of the kit's own ones, in the order of adding.</summary>
    /// <typeparam name="TInterceptor">Made once, by DI.</typeparam>
    public ServerInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>()
        where TInterceptor : ServerInterceptor => Add<TInterceptor>(ServerInterceptorOrder.Custom);

    internal ServerInterceptorsBuilder Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        ServerInterceptorOrder order)
        where TInterceptor : ServerInterceptor
    {
        Services.TryAddSingleton<TInterceptor>();
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<OrderedServerInterceptor, OrderedServerInterceptor<TInterceptor>>(
            services => new OrderedServerInterceptor<TInterceptor>(order, services.GetRequiredService<TInterceptor>())));
        return this;
    }
}
