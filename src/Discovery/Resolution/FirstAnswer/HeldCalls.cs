using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Held calls in the form in which callers know calls.</summary>
internal static class HeldCalls
{
    public static AsyncUnaryCall<TResponse> Unary<TResponse>(HeldCall<AsyncUnaryCall<TResponse>> held)
    {
        return new AsyncUnaryCall<TResponse>(
            ResponseAsync().Observed(),
            static s => Of(s).HeadersAsync(static call => call.ResponseHeadersAsync).Observed(),
            static s => Of(s).Status(static call => call.GetStatus()),
            static s => Of(s).Trailers(static call => call.GetTrailers()),
            static s => Of(s).Dispose(),
            held);

        async Task<TResponse> ResponseAsync() => await (await held.Begun.ConfigureAwait(false)).ResponseAsync.ConfigureAwait(false);

        static HeldCall<AsyncUnaryCall<TResponse>> Of(object state) => (HeldCall<AsyncUnaryCall<TResponse>>)state;
    }

    public static AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        HeldCall<AsyncClientStreamingCall<TRequest, TResponse>> held)
    {
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new HeldRequests<AsyncClientStreamingCall<TRequest, TResponse>, TRequest>(held, static call => call.RequestStream),
            ResponseAsync().Observed(),
            static s => Of(s).HeadersAsync(static call => call.ResponseHeadersAsync).Observed(),
            static s => Of(s).Status(static call => call.GetStatus()),
            static s => Of(s).Trailers(static call => call.GetTrailers()),
            static s => Of(s).Dispose(),
            held);

        async Task<TResponse> ResponseAsync() => await (await held.Begun.ConfigureAwait(false)).ResponseAsync.ConfigureAwait(false);

        static HeldCall<AsyncClientStreamingCall<TRequest, TResponse>> Of(object state) =>
            (HeldCall<AsyncClientStreamingCall<TRequest, TResponse>>)state;
    }

    public static AsyncServerStreamingCall<TResponse> ServerStreaming<TResponse>(HeldCall<AsyncServerStreamingCall<TResponse>> held)
    {
        return new AsyncServerStreamingCall<TResponse>(
            new HeldResponses<AsyncServerStreamingCall<TResponse>, TResponse>(held, static call => call.ResponseStream),
            static s => Of(s).HeadersAsync(static call => call.ResponseHeadersAsync).Observed(),
            static s => Of(s).Status(static call => call.GetStatus()),
            static s => Of(s).Trailers(static call => call.GetTrailers()),
            static s => Of(s).Dispose(),
            held);

        static HeldCall<AsyncServerStreamingCall<TResponse>> Of(object state) => (HeldCall<AsyncServerStreamingCall<TResponse>>)state;
    }

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        HeldCall<AsyncDuplexStreamingCall<TRequest, TResponse>> held)
    {
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new HeldRequests<AsyncDuplexStreamingCall<TRequest, TResponse>, TRequest>(held, static call => call.RequestStream),
            new HeldResponses<AsyncDuplexStreamingCall<TRequest, TResponse>, TResponse>(held, static call => call.ResponseStream),
            static s => Of(s).HeadersAsync(static call => call.ResponseHeadersAsync).Observed(),
            static s => Of(s).Status(static call => call.GetStatus()),
            static s => Of(s).Trailers(static call => call.GetTrailers()),
            static s => Of(s).Dispose(),
            held);

        static HeldCall<AsyncDuplexStreamingCall<TRequest, TResponse>> Of(object state) =>
            (HeldCall<AsyncDuplexStreamingCall<TRequest, TResponse>>)state;
    }
}
