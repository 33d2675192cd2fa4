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

    public Task WriteAsync(TRequest message) => Count(inner.WriteAsync(message));

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        Count(inner.WriteAsync(message, cancellationToken));

    public Task CompleteAsync() => inner.CompleteAsync();

    private Task Count(Task written)
    {
        if (!written.IsCompleted && inner is DeferredRequestStream<TRequest>)
            return CountLaterAsync(written);
        // A write that is refused has ended already.
        if (!written.IsFaulted && !written.IsCanceled)
            call.Sent();
        return written;
    }

    /// <summary>The call is not sent yet, so that it shows later whether the write was refused.</summary>
    private async Task CountLaterAsync(Task written)
    {
        await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (written.IsCompletedSuccessfully)
            call.Sent();
        await written.ConfigureAwait(false);
    }
}
