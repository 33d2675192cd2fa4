using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>An interceptor that was added to a client, or to all of them.</summary>
/// <param name="Order">Its position.</param>
/// <param name="Kind">Its type. Of one kind each method has one: what is added again for the same methods takes the place.</param>
/// <param name="Methods">For which methods.</param>
/// <param name="Create">Makes it for one client.</param>
internal sealed record ClientInterceptorEntry(
    ClientInterceptorOrder Order, Type Kind, MethodSelector Methods, Func<ClientInterceptorContext, Interceptor> Create)
{
    public bool IsFor(MethodSelector methods) => Methods.Name == methods.Name;
}
