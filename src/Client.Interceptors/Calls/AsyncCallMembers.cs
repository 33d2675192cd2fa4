using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The members that gRPC's four asynchronous call classes share. They have no common base type.</summary>
internal static class AsyncCallMembers<TRequest, TResponse>
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

    /// <summary>The status; null while the call runs: the library throws then.</summary>
    public static Status? TryGetStatus(IDisposable call)
    {
        try
        {
            return StatusOf(call);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The trailers; null if the call runs, or ended without any.</summary>
    public static Metadata? TryGetTrailers(IDisposable call)
    {
        try
        {
            return TrailersOf(call);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static Metadata TrailersOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<TResponse> unary => unary.GetTrailers(),
        AsyncServerStreamingCall<TResponse> download => download.GetTrailers(),
        AsyncClientStreamingCall<TRequest, TResponse> upload => upload.GetTrailers(),
        _ => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).GetTrailers(),
    };

    /// <summary>The response of a unary or client streaming call.</summary>
    public static Task<TResponse> ResponseAsync(IDisposable call) => call is AsyncUnaryCall<TResponse> unary
        ? unary.ResponseAsync
        : ((AsyncClientStreamingCall<TRequest, TResponse>)call).ResponseAsync;

    /// <summary>The responses of a server streaming or duplex call.</summary>
    public static IAsyncStreamReader<TResponse> Responses(IDisposable call) => call is AsyncServerStreamingCall<TResponse> download
        ? download.ResponseStream
        : ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).ResponseStream;

    /// <summary>The requests of a client streaming or duplex call.</summary>
    public static IClientStreamWriter<TRequest> Requests(IDisposable call) => call is AsyncClientStreamingCall<TRequest, TResponse> upload
        ? upload.RequestStream
        : ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).RequestStream;
}
