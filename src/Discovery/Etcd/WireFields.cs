namespace Interceptors.Discovery;

/// <summary>The fields of a message in the encoding of protocol buffers, one after another, as they stand in its bytes.</summary>
/// <param name="message">The bytes of the message.</param>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int Varint = 0, EightBytes = 1, Bytes = 2, FourBytes = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field.</summary>
    public int Number { get; private set; }

    /// <summary>All its bytes, tag and length included.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>What it holds, if it is a text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="InvalidDataException">This is no field.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var at = 0;
        var tag = ReadNumber(ref at);
        Number = (int)(tag >> 3);
        var start = at;
        switch ((int)(tag & 7))
        {
            case Varint:
                ReadNumber(ref at);
                break;
            case EightBytes:
                at += 8;
                break;
            case Bytes:
                var length = ReadNumber(ref at);
                start = at;
                at = length <= (ulong)(_rest.Length - at) ? at + (int)length : throw NoField();
                break;
            case FourBytes:
                at += 4;
                break;
            default:
                throw NoField();
        }

        if (at > _rest.Length)
            throw NoField();
        Whole = _rest[..at];
        Content = _rest[start..at];
        _rest = _rest[at..];
        return true;
    }

    private ulong ReadNumber(ref int at)
    {
        var number = 0ul;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == _rest.Length)
                break;
            var part = _rest[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }

        throw NoField();
    }

    private static InvalidDataException NoField() => new("The answer is no protocol buffer.");
}
