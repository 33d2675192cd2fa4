namespace Grpc.Core.Interceptors;

public abstract partial class Interceptor
{
    /// <summary>The rest of a blocking unary call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    public delegate TResponse BlockingUnaryCallContinuation<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class;

    /// <summary>The rest of a unary call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    public delegate AsyncUnaryCall<TResponse> AsyncUnaryCallContinuation<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class;

    /// <summary>The rest of a call whose responses stream.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The call.</param>
    public delegate AsyncServerStreamingCall<TResponse> AsyncServerStreamingCallContinuation<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class;

    /// <summary>The rest of a call whose requests stream.</summary>
    /// <param name="context">The call.</param>
    public delegate AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCallContinuation<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class;

    /// <summary>The rest of a call that streams both ways.</summary>
    /// <param name="context">The call.</param>
    public delegate AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCallContinuation<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class;
}
