using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Runs one interceptor inside another one, where the two can't share an observed call.</summary>
internal sealed class InterceptorChain(Interceptor outer, Interceptor inner) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        outer.BlockingUnaryCall(request, context, (request, context) => inner.BlockingUnaryCall(request, context, continuation));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        outer.AsyncUnaryCall(request, context, (request, context) => inner.AsyncUnaryCall(request, context, continuation));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        outer.AsyncServerStreamingCall(
            request, context, (request, context) => inner.AsyncServerStreamingCall(request, context, continuation));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        outer.AsyncClientStreamingCall(context, context => inner.AsyncClientStreamingCall(context, continuation));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        outer.AsyncDuplexStreamingCall(context, context => inner.AsyncDuplexStreamingCall(context, continuation));
}
