using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

/// <summary>Sends calls to another invoker than the one that they were made for. The innermost of a client.</summary>
internal sealed class RoutingInterceptor(CallInvoker invoker) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        invoker.BlockingUnaryCall(context.Method, context.Host, context.Options, request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        invoker.AsyncUnaryCall(context.Method, context.Host, context.Options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        invoker.AsyncServerStreamingCall(context.Method, context.Host, context.Options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        invoker.AsyncClientStreamingCall(context.Method, context.Host, context.Options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        invoker.AsyncDuplexStreamingCall(context.Method, context.Host, context.Options);
}
