using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Leads the way of a call through <see cref="OutgoingCall.Inside"/>.</summary>
internal static class InsideCall
{
    public static Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor inside, Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => inside.BlockingUnaryCall(request, context, next);

    public static Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor inside, Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => inside.AsyncUnaryCall(request, context, next);

    public static Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor inside, Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => (request, context) => inside.AsyncServerStreamingCall(request, context, next);

    public static Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor inside, Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => context => inside.AsyncClientStreamingCall(context, next);

    public static Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> Through<TRequest, TResponse>(
        Interceptor inside, Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class => context => inside.AsyncDuplexStreamingCall(context, next);
}
