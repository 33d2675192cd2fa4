using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Reads streams with <c>await foreach</c>.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>All messages until the stream ends. The token goes to the reader, which decides how to honour it.</summary>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        // Checked here and not in the iterator, which wouldn't run before the first message is asked for.
        ArgumentNullException.ThrowIfNull(streamReader);
        return ReadAll(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> ReadAll<T>(
        IAsyncStreamReader<T> streamReader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await streamReader.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            yield return streamReader.Current;
        }
    }
}
