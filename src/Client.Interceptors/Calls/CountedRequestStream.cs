using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The request stream of an observed call. It also keeps the call reachable for callers who only write.</summary>
internal sealed class CountedRequestStream<TRequest>(
    IClientStreamWriter<TRequest> inner, ObservedStreamingCall call) : IClientStreamWriter<TRequest>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(TRequest message)
    {
        var written = inner.WriteAsync(message);
        call.Sent();
        return written;
    }

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        var written = inner.WriteAsync(message, cancellationToken);
        call.Sent();
        return written;
    }

    public Task CompleteAsync() => inner.CompleteAsync();
}
