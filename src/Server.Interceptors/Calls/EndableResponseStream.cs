using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// A response stream whose writes fail once the call has been ended early, those under way too. gRPC's server aborts the request where the
/// token of a write is cancelled, and no status would reach the caller; so the token of the early end is not passed to it.
/// </summary>
internal sealed class EndableResponseStream<TResponse>(IServerStreamWriter<TResponse> inner, EarlyEnd end) : IServerStreamWriter<TResponse>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) =>
        end.Status is { } status ? Task.FromException(new RpcException(status)) : Within(inner.WriteAsync(message));

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken) => end.Status is { } status
        ? Task.FromException(new RpcException(status))
        : Within(inner.WriteAsync(message, cancellationToken == end.Token ? end.Aborted : cancellationToken));

    private Task Within(Task writing) => writing.IsCompleted ? writing : WithinAsync(writing);

    private async Task WithinAsync(Task writing)
    {
        try
        {
            await writing.WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.Status is not null && !writing.IsCompleted)
        {
            // Nobody waits for it any more.
            _ = writing.ContinueWith(
                static writing => _ = writing.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw new RpcException(end.Status.Value);
        }
    }
}
