using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// Starts the calls of methods that have a policy. In a class of its own, so that other calls don't pay for the closures.
/// </summary>
internal static class ResilientCallFactory
{
    public static TResponse Blocking<TRequest, TResponse>(
        MethodPolicy policy,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class =>
        new ResilientBlockingCall<TResponse>(policy, context.Options, options => continuation(request, context.With(options))).Run();

    public static AsyncUnaryCall<TResponse> Unary<TRequest, TResponse>(
        MethodPolicy policy,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new ResilientResponseCall<TRequest, TResponse>(
            policy, context.Options, options => continuation(request, context.With(options)));
        call.Start();
        return WrappedCalls.Unary(call, call.Result);
    }

    public static AsyncServerStreamingCall<TResponse> ServerStreaming<TRequest, TResponse>(
        MethodPolicy policy,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new ResilientStreamCall<TRequest, TResponse>(
            policy, context.Options, (end, options) => end.AsyncServerStreamingCall(request, context.With(options), continuation));
        call.Start();
        return WrappedCalls.ServerStreaming(call, call);
    }

    public static AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        MethodPolicy policy,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new ResilientResponseCall<TRequest, TResponse>(policy, context.Options, options => continuation(context.With(options)));
        call.Start();
        var upload = new AbandonableUpload<TRequest>(call, RequestsOf(call));
        return WrappedCalls.ClientStreaming(upload, upload, call.Result);
    }

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        MethodPolicy policy,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new ResilientStreamCall<TRequest, TResponse>(
            policy, context.Options, (end, options) => end.AsyncDuplexStreamingCall(context.With(options), continuation));
        call.Start();
        return WrappedCalls.Duplex(call, RequestsOf(call), call);
    }

    private static IClientStreamWriter<TRequest> RequestsOf<TRequest, TResponse, TResult>(
        AsyncResilientCall<TRequest, TResponse, TResult> call)
        where TRequest : class
        where TResponse : class =>
        call.Inner is { } inner
            ? AsyncCallMembers<TRequest, TResponse>.Requests(inner)
            : new DeferredRequestStream<TRequest>(
                async () => AsyncCallMembers<TRequest, TResponse>.Requests(await call.OpenedAsync().ConfigureAwait(false)), call.Dispose);

    private static ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        this ClientInterceptorContext<TRequest, TResponse> context, CallOptions options)
        where TRequest : class
        where TResponse : class => new(context.Method, context.Host, options);
}
