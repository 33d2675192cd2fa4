using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts a message. The transport overrides what it supports.</summary>
public abstract class SerializationContext
{
    /// <summary>Ends with this array as the payload, which then belongs to the transport.</summary>
    /// <exception cref="NotImplementedException">The transport doesn't support it.</exception>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>The buffer to write the payload to, followed by <see cref="Complete()"/>.</summary>
    /// <exception cref="NotImplementedException">The transport doesn't support it.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Tells the payload's length in advance. A hint: a transport that can't use it ignores it.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends the writing to the buffer.</summary>
    /// <exception cref="NotImplementedException">The transport doesn't support it.</exception>
    public virtual void Complete() => throw new NotImplementedException();
}
