namespace Grpc.Core;

/// <summary>Takes messages one after another, one pending write at a time.</summary>
/// <typeparam name="T">The message's type.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Applies to the writes that follow; null means the call's own.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message unless cancelled first. A writer that doesn't override it can't be cancelled.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled but the writer doesn't support that.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.")
        : WriteAsync(message);
}
