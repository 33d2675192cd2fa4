using Grpc.Core;

namespace Interceptors.Client;

/// <summary>Makes the call object of each kind for a <see cref="IWrappedCall"/>. The delegates are shared by all calls.</summary>
internal static class WrappedCalls
{
    private static readonly Func<object, Task<Metadata>> Headers = static call => ((IWrappedCall)call).HeadersAsync();
    private static readonly Func<object, Status> Status = static call => ((IWrappedCall)call).GetStatus();
    private static readonly Func<object, Metadata> Trailers = static call => ((IWrappedCall)call).GetTrailers();
    private static readonly Action<object> Dispose = static call => ((IWrappedCall)call).Dispose();

    public static AsyncUnaryCall<TResponse> Unary<TResponse>(IWrappedCall call, Task<TResponse> response) =>
        new(response, Headers, Status, Trailers, Dispose, call);

    public static AsyncServerStreamingCall<TResponse> ServerStreaming<TResponse>(
        IWrappedCall call, IAsyncStreamReader<TResponse> responses) =>
        new(responses, Headers, Status, Trailers, Dispose, call);

    public static AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        IWrappedCall call, IClientStreamWriter<TRequest> requests, Task<TResponse> response) =>
        new(requests, response, Headers, Status, Trailers, Dispose, call);

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        IWrappedCall call, IClientStreamWriter<TRequest> requests, IAsyncStreamReader<TResponse> responses) =>
        new(requests, responses, Headers, Status, Trailers, Dispose, call);
}
