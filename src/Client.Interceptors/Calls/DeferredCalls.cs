using static Grpc.Core.Interceptors.Interceptor;

namespace Interceptors.Client;

/// <summary>Sends a call of any kind once it is prepared.</summary>
internal static class DeferredCalls
{
    public static AsyncUnaryCallContinuation<TRequest, TResponse> After<TRequest, TResponse>(
        DeferredStart start, AsyncUnaryCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class =>
        (request, context) => new DeferredCall<TRequest, TResponse>(start, () => send(request, context)).Unary();

    public static AsyncServerStreamingCallContinuation<TRequest, TResponse> After<TRequest, TResponse>(
        DeferredStart start, AsyncServerStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class =>
        (request, context) => new DeferredCall<TRequest, TResponse>(start, () => send(request, context)).ServerStreaming();

    public static AsyncClientStreamingCallContinuation<TRequest, TResponse> After<TRequest, TResponse>(
        DeferredStart start, AsyncClientStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class =>
        context => new DeferredCall<TRequest, TResponse>(start, () => send(context)).ClientStreaming();

    public static AsyncDuplexStreamingCallContinuation<TRequest, TResponse> After<TRequest, TResponse>(
        DeferredStart start, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class =>
        context => new DeferredCall<TRequest, TResponse>(start, () => send(context)).Duplex();
}
