using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a deserializer finds a message. The transport overrides what it supports.</summary>
public abstract class DeserializationContext
{
    /// <summary>The payload's length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The payload as an array that belongs to the caller.</summary>
    /// <exception cref="NotImplementedException">The transport doesn't support it.</exception>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>The payload without a copy, valid only while the deserializer runs.</summary>
    /// <exception cref="NotImplementedException">The transport doesn't support it.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
