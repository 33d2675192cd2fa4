namespace Interceptors.Discovery;

/// <summary>Follows a stream of frames as it is read in pieces, to see one type of frame pass by. Copies no more than headers.</summary>
internal struct FrameScanner
{
    private ulong _head;
    private int _headLength;
    private int _payload;

    /// <summary>Whether a header of this type ends within these bytes.</summary>
    public bool Scan(ReadOnlySpan<byte> bytes, byte type)
    {
        var found = false;
        while (bytes.Length > 0)
        {
            if (_payload > 0)
            {
                var skipped = Math.Min(_payload, bytes.Length);
                _payload -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            // Length and type stand in the first four bytes of nine.
            if (_headLength < 4)
                _head = (_head << 8) | bytes[0];
            bytes = bytes[1..];
            if (++_headLength < Http2Frame.HeaderSize)
                continue;
            found |= (byte)_head == type;
            _payload = (int)(_head >> 8);
            (_head, _headLength) = (0, 0);
        }

        return found;
    }
}
