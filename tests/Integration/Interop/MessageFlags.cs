using System.Buffers.Binary;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>
/// Which messages of one direction of a call were compressed, by the flag that stands before each on the wire: a byte, then the length
/// in four. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
/// </summary>
internal sealed class MessageFlags
{
    private readonly Lock _lock = new();
    private readonly List<bool> _compressed = [];
    private readonly byte[] _header = new byte[5];
    private int _read;
    private uint _left;

    public IReadOnlyList<bool> Compressed
    {
        get
        {
            lock (_lock)
                return [.. _compressed];
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[(_left > 0 ? SkipMessage(bytes) : ReadHeader(bytes[0]))..];
        }
    }

    private int SkipMessage(ReadOnlySpan<byte> bytes)
    {
        var count = (int)Math.Min(_left, (uint)bytes.Length);
        _left -= (uint)count;
        return count;
    }

    private int ReadHeader(byte next)
    {
        _header[_read++] = next;
        if (_read == _header.Length)
        {
            _read = 0;
            _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
            _compressed.Add(_header[0] == 1);
        }

        return 1;
    }
}
