using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A request stream that counts the messages read from it.</summary>
internal sealed class ObservedRequestStream<TRequest>(IAsyncStreamReader<TRequest> inner, MessageTracker messages)
    : IAsyncStreamReader<TRequest>
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
