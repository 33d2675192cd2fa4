using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// What the caller of a client streaming call holds of it: the call and its request stream. Nothing that runs for the call refers to it, so
/// it is collected when the caller has dropped both; a call whose requests can't be completed any more is disposed then. After that
/// completion the call goes on by itself, as a unary call does.
/// </summary>
[SuppressMessage(
    "Usage", "CA1816", Justification = "What the finalizer is for is done once the requests are complete or the call is disposed.")]
internal sealed class AbandonableUpload<TRequest>(IWrappedCall call, IClientStreamWriter<TRequest> requests)
    : IWrappedCall, IClientStreamWriter<TRequest>
{
    ~AbandonableUpload() => ThreadPool.UnsafeQueueUserWorkItem(static call => call.Dispose(), call, preferLocal: false);

    public WriteOptions? WriteOptions
    {
        get => requests.WriteOptions;
        set => requests.WriteOptions = value;
    }

    public Task WriteAsync(TRequest message) => requests.WriteAsync(message);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) => requests.WriteAsync(message, cancellationToken);

    public Task CompleteAsync()
    {
        GC.SuppressFinalize(this);
        return requests.CompleteAsync();
    }

    public Task<Metadata> HeadersAsync() => call.HeadersAsync();

    public Status GetStatus() => call.GetStatus();

    public Metadata GetTrailers() => call.GetTrailers();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        call.Dispose();
    }
}
