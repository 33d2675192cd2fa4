namespace Interceptors.Server;

/// <summary>
/// An interceptor with its position in the order. The generic type makes a second registration of the same interceptor a no-op.
/// </summary>
internal abstract record OrderedServerInterceptor(ServerInterceptorOrder Order, ServerInterceptor Interceptor);

/// <summary>Typed, so that adding the same interceptor twice is adding it once.</summary>
internal sealed record OrderedServerInterceptor<TInterceptor>(ServerInterceptorOrder Order, TInterceptor Typed)
    : OrderedServerInterceptor(Order, Typed)
    where TInterceptor : ServerInterceptor;
