using System.Net.Sockets;

namespace Interceptors.Discovery;

/// <summary>A <see cref="PreparedConnection"/> in plain text, as an HTTP client takes it.</summary>
internal sealed class PreparedStream : Stream, IRawTransport
{
    private readonly NetworkStream _network;

    public PreparedStream(NetworkStream network, Action<PreparedConnection> onEnded)
    {
        _network = network;
        Connection = new PreparedConnection(this, onEnded);
    }

    public PreparedConnection Connection { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public ValueTask<int> ReadRawAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _network.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteRawAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        _network.WriteAsync(buffer, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is kept back.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _network.Dispose();
            Connection.NoticeClosed();
        }

        base.Dispose(disposing);
    }
}
