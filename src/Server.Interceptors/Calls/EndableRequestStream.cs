using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A request stream whose reads fail once the call has been ended early.</summary>
internal sealed class EndableRequestStream<TRequest>(IAsyncStreamReader<TRequest> inner, EarlyEnd end) : IAsyncStreamReader<TRequest>
{
    public TRequest Current => inner.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled && cancellationToken != end.Token
        ? MoveNextWithinAsync(cancellationToken)
        : inner.MoveNext(end.Token);

    private async Task<bool> MoveNextWithinAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        return await inner.MoveNext(either.Token).ConfigureAwait(false);
    }
}
