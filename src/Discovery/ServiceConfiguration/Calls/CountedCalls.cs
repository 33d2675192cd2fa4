using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Lets a channel know when a call that it counts has ended.</summary>
internal static class CountedCalls
{
    public static AsyncUnaryCall<TResponse> Follow<TResponse>(AsyncUnaryCall<TResponse> call, CountedChannel channel)
    {
        Follow(call.ResponseAsync, channel);
        return call;
    }

    public static AsyncClientStreamingCall<TRequest, TResponse> Follow<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, CountedChannel channel)
    {
        Follow(call.ResponseAsync, channel);
        return call;
    }

    public static AsyncServerStreamingCall<TResponse> Follow<TResponse>(AsyncServerStreamingCall<TResponse> call, CountedChannel channel)
    {
        var stream = new CountedStream<TResponse>(call, call.ResponseStream, channel);
        return new AsyncServerStreamingCall<TResponse>(
            stream,
            static s => Inner(s).ResponseHeadersAsync,
            static s => Inner(s).GetStatus(),
            static s => Inner(s).GetTrailers(),
            static s => ((CountedStream<TResponse>)s).Dispose(),
            stream);

        static AsyncServerStreamingCall<TResponse> Inner(object stream) =>
            (AsyncServerStreamingCall<TResponse>)((CountedStream<TResponse>)stream).Call;
    }

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Follow<TRequest, TResponse>(
        AsyncDuplexStreamingCall<TRequest, TResponse> call, CountedChannel channel)
    {
        var stream = new CountedStream<TResponse>(call, call.ResponseStream, channel);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new CountedRequests<TRequest, TResponse>(call.RequestStream, stream),
            stream,
            static s => Inner(s).ResponseHeadersAsync,
            static s => Inner(s).GetStatus(),
            static s => Inner(s).GetTrailers(),
            static s => ((CountedStream<TResponse>)s).Dispose(),
            stream);

        static AsyncDuplexStreamingCall<TRequest, TResponse> Inner(object stream) =>
            (AsyncDuplexStreamingCall<TRequest, TResponse>)((CountedStream<TResponse>)stream).Call;
    }

    // The response of a call completes however the call ends, disposing included.
    private static void Follow(Task response, CountedChannel channel) => response.ContinueWith(
        static (_, channel) => ((CountedChannel)channel!).Leave(),
        channel, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
