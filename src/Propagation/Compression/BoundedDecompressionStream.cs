using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// Decompresses one message and fails when it exceeds a limit. It throws <see cref="RpcException"/>s, the only exceptions whose status
/// grpc-dotnet passes on to the caller.
/// </summary>
internal sealed class BoundedDecompressionStream(Stream decompressing, int maxBytes, string option) : Stream
{
    private long _total;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // grpc-dotnet reads in blocks, and copies where there is no limit on what it receives. Copying and the asynchronous reads of the
    // base end up in one of the two reads here.
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = decompressing.Read(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A received message is marked as gzip, but its data is damaged.",
                exception));
        }
        _total += read;
        if (_total > maxBytes)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"A received gzip message is larger than {maxBytes} bytes when decompressed ({option})."));
        }
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            decompressing.Dispose();
        base.Dispose(disposing);
    }
}
