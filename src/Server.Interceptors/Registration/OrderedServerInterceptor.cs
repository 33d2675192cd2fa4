namespace Interceptors.Server;

/// <summary>The places of the kit's own interceptors, outermost first.</summary>
internal enum ServerInterceptorOrder
{
    Trace,
    Timing,
    Recovery,
    Authentication,
    Limits,
    Compression,
    Custom,
}

/// <summary>An interceptor and its place.</summary>
internal abstract record OrderedServerInterceptor(ServerInterceptorOrder Order, ServerInterceptor Interceptor);

/// <summary>Typed, so that adding the same interceptor twice is adding it once.</summary>
internal sealed record OrderedServerInterceptor<TInterceptor>(ServerInterceptorOrder Order, TInterceptor Typed)
    : OrderedServerInterceptor(Order, Typed)
    where TInterceptor : ServerInterceptor;
