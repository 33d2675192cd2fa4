using Grpc.Core;

namespace Interceptors.Server;

/// <summary>The request stream of a call whose messages somebody counts.</summary>
internal sealed class WatchedRequests<TRequest>(IAsyncStreamReader<TRequest> inner, CallMessages messages) : IAsyncStreamReader<TRequest>
{
    public TRequest Current => inner.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var moving = inner.MoveNext(cancellationToken);
        if (!moving.IsCompletedSuccessfully)
            return CountAsync(moving);
        if (moving.Result)
            messages.CountReceived();
        return moving;
    }

    private async Task<bool> CountAsync(Task<bool> moving)
    {
        var moved = await moving.ConfigureAwait(false);
        if (moved)
            messages.CountReceived();
        return moved;
    }
}
