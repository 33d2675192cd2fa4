namespace Interceptors.Discovery;

/// <summary>The bytes of a connection as they come and go, in plain text or decrypted.</summary>
internal interface IRawTransport : IDisposable
{
    /// <summary>Reads; 0 at the end. An empty buffer: waits until there is something to read, and reads nothing.</summary>
    ValueTask<int> ReadRawAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    ValueTask WriteRawAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);
}
