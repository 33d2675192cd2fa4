using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>A stream of messages that are there already; it remembers the tokens that it was given.</summary>
internal sealed class ListReader<T>(IReadOnlyList<T> messages) : IAsyncStreamReader<T>
{
    private int _position = -1;

    public List<CancellationToken> Tokens { get; } = [];

    public T Current => messages[_position];

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        Tokens.Add(cancellationToken);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<bool>(cancellationToken)
            : Task.FromResult(++_position < messages.Count);
    }
}
