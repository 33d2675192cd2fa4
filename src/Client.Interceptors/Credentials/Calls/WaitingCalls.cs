using Grpc.Core;

namespace Interceptors.Client;

/// <summary>Calls that start later, in the form in which each kind is handed to its caller.</summary>
internal static class WaitingCalls
{
    public static AsyncUnaryCall<TResponse> Unary<TResponse>(WaitingCall<AsyncUnaryCall<TResponse>> call) => new(
        call.ThenAsync(static call => call.ResponseAsync),
        static call => Of<AsyncUnaryCall<TResponse>>(call).ThenAsync(static call => call.ResponseHeadersAsync),
        static call => Of<AsyncUnaryCall<TResponse>>(call).Status(static call => call.GetStatus()),
        static call => Of<AsyncUnaryCall<TResponse>>(call).Trailers(static call => call.GetTrailers()),
        static call => Of<AsyncUnaryCall<TResponse>>(call).Dispose(),
        call);

    public static AsyncServerStreamingCall<TResponse> ServerStreaming<TResponse>(WaitingCall<AsyncServerStreamingCall<TResponse>> call) => new(
        new WaitingResponses<TResponse>(call.ThenAsync(static call => Task.FromResult(call.ResponseStream))),
        static call => Of<AsyncServerStreamingCall<TResponse>>(call).ThenAsync(static call => call.ResponseHeadersAsync),
        static call => Of<AsyncServerStreamingCall<TResponse>>(call).Status(static call => call.GetStatus()),
        static call => Of<AsyncServerStreamingCall<TResponse>>(call).Trailers(static call => call.GetTrailers()),
        static call => Of<AsyncServerStreamingCall<TResponse>>(call).Dispose(),
        call);

    public static AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        WaitingCall<AsyncClientStreamingCall<TRequest, TResponse>> call) => new(
        new WaitingRequests<TRequest>(call.ThenAsync(static call => Task.FromResult(call.RequestStream))),
        call.ThenAsync(static call => call.ResponseAsync),
        static call => Of<AsyncClientStreamingCall<TRequest, TResponse>>(call).ThenAsync(static call => call.ResponseHeadersAsync),
        static call => Of<AsyncClientStreamingCall<TRequest, TResponse>>(call).Status(static call => call.GetStatus()),
        static call => Of<AsyncClientStreamingCall<TRequest, TResponse>>(call).Trailers(static call => call.GetTrailers()),
        static call => Of<AsyncClientStreamingCall<TRequest, TResponse>>(call).Dispose(),
        call);

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        WaitingCall<AsyncDuplexStreamingCall<TRequest, TResponse>> call) => new(
        new WaitingRequests<TRequest>(call.ThenAsync(static call => Task.FromResult(call.RequestStream))),
        new WaitingResponses<TResponse>(call.ThenAsync(static call => Task.FromResult(call.ResponseStream))),
        static call => Of<AsyncDuplexStreamingCall<TRequest, TResponse>>(call).ThenAsync(static call => call.ResponseHeadersAsync),
        static call => Of<AsyncDuplexStreamingCall<TRequest, TResponse>>(call).Status(static call => call.GetStatus()),
        static call => Of<AsyncDuplexStreamingCall<TRequest, TResponse>>(call).Trailers(static call => call.GetTrailers()),
        static call => Of<AsyncDuplexStreamingCall<TRequest, TResponse>>(call).Dispose(),
        call);

    private static WaitingCall<TCall> Of<TCall>(object call)
        where TCall : class, IDisposable => (WaitingCall<TCall>)call;
}
