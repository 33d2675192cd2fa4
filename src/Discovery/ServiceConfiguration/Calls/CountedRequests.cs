using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>The requests of a call that a channel counts: who keeps only them keeps the call.</summary>
internal sealed class CountedRequests<TRequest, TResponse>(IClientStreamWriter<TRequest> requests, CountedStream<TResponse> responses)
    : IClientStreamWriter<TRequest>
{
    // The library's own call is kept by its connection for as long as the server lets it run, so that its request stream tells nothing.
    private readonly CountedStream<TResponse> _kept = responses;

    public WriteOptions? WriteOptions
    {
        get => requests.WriteOptions;
        set => requests.WriteOptions = value;
    }

    public Task WriteAsync(TRequest message) => requests.WriteAsync(message);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) => requests.WriteAsync(message, cancellationToken);

    public Task CompleteAsync()
    {
        GC.KeepAlive(_kept);
        return requests.CompleteAsync();
    }
}
