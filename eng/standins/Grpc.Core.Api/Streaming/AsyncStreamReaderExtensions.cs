using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Shorter ways to read a stream.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message without a token.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class =>
        GrpcPreconditions.CheckNotNull(streamReader, nameof(streamReader)).MoveNext(CancellationToken.None);
}
