using Interceptors.Propagation;
using static Grpc.Core.Interceptors.Interceptor;

namespace Interceptors.Client;

/// <summary>Starts a call that runs under no Activity in such a way that the platform's own Activities get the call's trace id.</summary>
internal static class RootedCalls
{
    public static BlockingUnaryCallContinuation<TRequest, TResponse> In<TRequest, TResponse>(
        string traceId, BlockingUnaryCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class => (request, context) =>
        {
            using (RootTraceId.Use(traceId))
                return send(request, context);
        };

    public static AsyncUnaryCallContinuation<TRequest, TResponse> In<TRequest, TResponse>(
        string traceId, AsyncUnaryCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class => (request, context) =>
        {
            using (RootTraceId.Use(traceId))
                return send(request, context);
        };

    public static AsyncServerStreamingCallContinuation<TRequest, TResponse> In<TRequest, TResponse>(
        string traceId, AsyncServerStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class => (request, context) =>
        {
            using (RootTraceId.Use(traceId))
                return send(request, context);
        };

    public static AsyncClientStreamingCallContinuation<TRequest, TResponse> In<TRequest, TResponse>(
        string traceId, AsyncClientStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class => context =>
        {
            using (RootTraceId.Use(traceId))
                return send(context);
        };

    public static AsyncDuplexStreamingCallContinuation<TRequest, TResponse> In<TRequest, TResponse>(
        string traceId, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> send)
        where TRequest : class
        where TResponse : class => context =>
        {
            using (RootTraceId.Use(traceId))
                return send(context);
        };
}
