using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// Starts the calls for which there is a plan. Apart from the interceptor, so that its other calls pay for none of the
/// closures.
/// </summary>
internal static class ResilientCalls
{
    public static TResponse Blocking<TRequest, TResponse>(
        MethodPlan plan,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class =>
        new BlockingCall<TResponse>(plan, context.Options, options => continuation(request, context.With(options))).Run();

    public static AsyncUnaryCall<TResponse> Unary<TRequest, TResponse>(
        MethodPlan plan,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new AttemptedResponse<TRequest, TResponse>(plan, context.Options, options => continuation(request, context.With(options)));
        call.Start();
        return new AsyncUnaryCall<TResponse>(
            call.Result,
            static call => ((AttemptedResponse<TRequest, TResponse>)call).HeadersAsync(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).GetStatus(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).GetTrailers(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).Dispose(),
            call);
    }

    public static AsyncServerStreamingCall<TResponse> ServerStreaming<TRequest, TResponse>(
        MethodPlan plan,
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new AttemptedStream<TRequest, TResponse>(
            plan, context.Options, (end, options) => end.AsyncServerStreamingCall(request, context.With(options), continuation));
        call.Start();
        return new AsyncServerStreamingCall<TResponse>(
            call,
            static call => ((AttemptedStream<TRequest, TResponse>)call).HeadersAsync(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).GetStatus(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).GetTrailers(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).Dispose(),
            call);
    }

    public static AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        MethodPlan plan,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new AttemptedResponse<TRequest, TResponse>(plan, context.Options, options => continuation(context.With(options)));
        call.Start();
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            RequestsOf(call),
            call.Result,
            static call => ((AttemptedResponse<TRequest, TResponse>)call).HeadersAsync(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).GetStatus(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).GetTrailers(),
            static call => ((AttemptedResponse<TRequest, TResponse>)call).Dispose(),
            call);
    }

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        MethodPlan plan,
        ClientInterceptorContext<TRequest, TResponse> context,
        Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var call = new AttemptedStream<TRequest, TResponse>(
            plan, context.Options, (end, options) => end.AsyncDuplexStreamingCall(context.With(options), continuation));
        call.Start();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            RequestsOf(call),
            call,
            static call => ((AttemptedStream<TRequest, TResponse>)call).HeadersAsync(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).GetStatus(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).GetTrailers(),
            static call => ((AttemptedStream<TRequest, TResponse>)call).Dispose(),
            call);
    }

    private static IClientStreamWriter<TRequest> RequestsOf<TRequest, TResponse, TResult>(AttemptedCall<TRequest, TResponse, TResult> call)
        where TRequest : class
        where TResponse : class =>
        call.Inner is { } inner
            ? InnerCall<TRequest, TResponse>.Requests(inner)
            : new QueuedRequestStream<TRequest, TResponse, TResult>(call);

    private static ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        this ClientInterceptorContext<TRequest, TResponse> context, CallOptions options)
        where TRequest : class
        where TResponse : class => new(context.Method, context.Host, options);
}
