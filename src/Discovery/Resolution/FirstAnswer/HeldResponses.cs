using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>The responses of a held call: read once it has begun.</summary>
internal sealed class HeldResponses<TCall, TResponse>(HeldCall<TCall> held, Func<TCall, IAsyncStreamReader<TResponse>> of)
    : IAsyncStreamReader<TResponse>
    where TCall : class, IDisposable
{
    public TResponse Current => held.Begun.IsCompletedSuccessfully
        ? of(held.Begun.Result).Current
        : throw new InvalidOperationException("There is no response yet: read with MoveNext first.");

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        held.Begun.IsCompletedSuccessfully ? of(held.Begun.Result).MoveNext(cancellationToken) : FirstAsync(cancellationToken).Observed();

    private async Task<bool> FirstAsync(CancellationToken cancellationToken) =>
        await of(await held.BegunOrCancelledAsync(cancellationToken).ConfigureAwait(false)).MoveNext(cancellationToken).ConfigureAwait(false);
}
