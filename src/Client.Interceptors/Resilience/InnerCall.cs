using Grpc.Core;

namespace Interceptors.Client;

/// <summary>What the library's four call classes have in common, for which they have no common type.</summary>
internal static class InnerCall<TRequest, TResponse>
{
    public static Task<Metadata> HeadersAsync(IDisposable call) => call switch
    {
        AsyncUnaryCall<TResponse> unary => unary.ResponseHeadersAsync,
        AsyncServerStreamingCall<TResponse> download => download.ResponseHeadersAsync,
        AsyncClientStreamingCall<TRequest, TResponse> upload => upload.ResponseHeadersAsync,
        _ => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).ResponseHeadersAsync,
    };

    public static Status StatusOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<TResponse> unary => unary.GetStatus(),
        AsyncServerStreamingCall<TResponse> download => download.GetStatus(),
        AsyncClientStreamingCall<TRequest, TResponse> upload => upload.GetStatus(),
        _ => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).GetStatus(),
    };

    public static Metadata TrailersOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<TResponse> unary => unary.GetTrailers(),
        AsyncServerStreamingCall<TResponse> download => download.GetTrailers(),
        AsyncClientStreamingCall<TRequest, TResponse> upload => upload.GetTrailers(),
        _ => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).GetTrailers(),
    };

    public static Task<TResponse> ResponseAsync(IDisposable call) => call is AsyncUnaryCall<TResponse> unary
        ? unary.ResponseAsync
        : ((AsyncClientStreamingCall<TRequest, TResponse>)call).ResponseAsync;

    public static IAsyncStreamReader<TResponse> Responses(IDisposable call) => call is AsyncServerStreamingCall<TResponse> download
        ? download.ResponseStream
        : ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).ResponseStream;

    public static IClientStreamWriter<TRequest> Requests(IDisposable call) => call is AsyncClientStreamingCall<TRequest, TResponse> upload
        ? upload.RequestStream
        : ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).RequestStream;
}
