namespace Grpc.Core;

/// <summary>Hints for one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer.</summary>
    BufferHint = 0x1,

    /// <summary>The message stays uncompressed.</summary>
    NoCompress = 0x2,
}
