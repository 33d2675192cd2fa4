using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Routes a call through <see cref="OutgoingCall.Innermost"/>.</summary>
internal static class InnermostCall
{
    public static Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor innermost, Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => innermost.BlockingUnaryCall(request, context, next);

    public static Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor innermost, Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => innermost.AsyncUnaryCall(request, context, next);

    public static Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor innermost, Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => innermost.AsyncServerStreamingCall(request, context, next);

    public static Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor innermost, Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => context => innermost.AsyncClientStreamingCall(context, next);

    public static Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor innermost, Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => context => innermost.AsyncDuplexStreamingCall(context, next);
}
