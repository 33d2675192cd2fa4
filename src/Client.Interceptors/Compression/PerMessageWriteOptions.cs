using Grpc.Core;
using Grpc.Core.Interceptors;
using Choice = System.Func<object?, Grpc.Core.WriteOptions?, Grpc.Core.WriteOptions?>;

namespace Interceptors.Client;

/// <summary>
/// Applies the write options that a step chooses for each message of a request stream (<see cref="OutgoingCall.MessageWriteOptions"/>).
/// </summary>
internal static class PerMessageWriteOptions
{
    public static Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor.AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation, Choice choose)
        where TRequest : class
        where TResponse : class =>
        context =>
        {
            var inner = continuation(context);
            return new AsyncClientStreamingCall<TRequest, TResponse>(
                new RequestStream<TRequest>(inner.RequestStream, context.Options.WriteOptions, choose),
                inner.ResponseAsync,
                static call => ((AsyncClientStreamingCall<TRequest, TResponse>)call).ResponseHeadersAsync,
                static call => ((AsyncClientStreamingCall<TRequest, TResponse>)call).GetStatus(),
                static call => ((AsyncClientStreamingCall<TRequest, TResponse>)call).GetTrailers(),
                static call => ((AsyncClientStreamingCall<TRequest, TResponse>)call).Dispose(),
                inner);
        };

    public static Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> Around<TRequest, TResponse>(
        Interceptor.AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation, Choice choose)
        where TRequest : class
        where TResponse : class =>
        context =>
        {
            var inner = continuation(context);
            return new AsyncDuplexStreamingCall<TRequest, TResponse>(
                new RequestStream<TRequest>(inner.RequestStream, context.Options.WriteOptions, choose),
                inner.ResponseStream,
                static call => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).ResponseHeadersAsync,
                static call => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).GetStatus(),
                static call => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).GetTrailers(),
                static call => ((AsyncDuplexStreamingCall<TRequest, TResponse>)call).Dispose(),
                inner);
        };

    private sealed class RequestStream<TRequest>(IClientStreamWriter<TRequest> inner, WriteOptions? ofCall, Choice choose)
        : IClientStreamWriter<TRequest>
    {
        /// <summary>The caller's own; what is chosen for one message is not to be seen in it, nor to outlive the message.</summary>
        public WriteOptions? WriteOptions { get; set; } = inner.WriteOptions;

        public Task WriteAsync(TRequest message)
        {
            Choose(message);
            return inner.WriteAsync(message);
        }

        public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
        {
            Choose(message);
            return inner.WriteAsync(message, cancellationToken);
        }

        public Task CompleteAsync() => inner.CompleteAsync();

        // Not set back after the write: grpc-dotnet reads them later than WriteAsync returns, but before it takes the next message.
        private void Choose(TRequest message) => inner.WriteOptions = choose(message, WriteOptions ?? ofCall);
    }
}
