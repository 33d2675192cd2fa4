using System.Buffers;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Passes a message on while it is serialized, and stops it once it is known to be too large.</summary>
internal sealed class LimitedSerializationContext(
    SerializationContext inner, long limit, string method) : SerializationContext, IBufferWriter<byte>
{
    private IBufferWriter<byte>? _buffer;
    private long _written;

    public override void SetPayloadLength(int payloadLength)
    {
        Check(payloadLength);
        inner.SetPayloadLength(payloadLength);
    }

    public override void Complete(byte[] payload)
    {
        Check(payload.Length);
        inner.Complete(payload);
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        _buffer = inner.GetBufferWriter();
        return this;
    }

    public override void Complete() => inner.Complete();

    // A serializer need not say the length before it writes.
    public void Advance(int count)
    {
        _written += count;
        Check(_written);
        _buffer!.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer!.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer!.GetSpan(sizeHint);

    private void Check(long length)
    {
        if (length > limit)
            throw LimitedMethods.TooLarge("request", method, "maxRequestMessageBytes", limit);
    }
}
