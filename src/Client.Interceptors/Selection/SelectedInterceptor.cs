using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Any interceptor, limited to chosen methods.</summary>
internal sealed class SelectedInterceptor(MethodSelector methods, Interceptor selected) : Interceptor
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        IsFor(context.Method) ? selected.BlockingUnaryCall(request, context, continuation) : continuation(request, context);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        IsFor(context.Method) ? selected.AsyncUnaryCall(request, context, continuation) : continuation(request, context);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        IsFor(context.Method) ? selected.AsyncServerStreamingCall(request, context, continuation) : continuation(request, context);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        IsFor(context.Method) ? selected.AsyncClientStreamingCall(context, continuation) : continuation(context);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        IsFor(context.Method) ? selected.AsyncDuplexStreamingCall(context, continuation) : continuation(context);

    private bool IsFor(IMethod method) => methods.Matches(method.FullName);
}
