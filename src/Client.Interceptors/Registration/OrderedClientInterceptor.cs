using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>The order of the kit's own interceptors, outermost first.</summary>
internal enum ClientInterceptorOrder
{
    Trace,
    Timing,
    Deadline,
    Resilience,
    FallbackToken,
    Compression,
    Custom,
}

/// <summary>An interceptor and its position.</summary>
internal record OrderedClientInterceptor(ClientInterceptorOrder Order, Interceptor Interceptor);

/// <summary>Typed, so that adding the same interceptor twice is adding it once.</summary>
internal sealed record OrderedClientInterceptor<TInterceptor>(ClientInterceptorOrder Order, TInterceptor Typed)
    : OrderedClientInterceptor(Order, Typed)
    where TInterceptor : Interceptor;
