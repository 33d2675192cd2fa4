using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>The requests of a held call: written once it has begun.</summary>
internal sealed class HeldRequests<TCall, TRequest>(HeldCall<TCall> held, Func<TCall, IClientStreamWriter<TRequest>> of)
    : IClientStreamWriter<TRequest>
    where TCall : class, IDisposable
{
    public WriteOptions? WriteOptions { get; set; } = held.Options.WriteOptions;

    public Task WriteAsync(TRequest message) =>
        held.Begun.IsCompletedSuccessfully ? Of(held.Begun.Result).WriteAsync(message) : FirstAsync(message, default).Observed();

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) => held.Begun.IsCompletedSuccessfully
        ? Of(held.Begun.Result).WriteAsync(message, cancellationToken)
        : FirstAsync(message, cancellationToken).Observed();

    public async Task CompleteAsync() => await Of(await held.Begun.ConfigureAwait(false)).CompleteAsync().ConfigureAwait(false);

    private async Task FirstAsync(TRequest message, CancellationToken cancellationToken)
    {
        var call = await held.BegunOrCancelledAsync(cancellationToken).ConfigureAwait(false);
        await Of(call).WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private IClientStreamWriter<TRequest> Of(TCall call)
    {
        var requests = of(call);
        requests.WriteOptions = WriteOptions;
        return requests;
    }
}
