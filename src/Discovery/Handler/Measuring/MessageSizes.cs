namespace Interceptors.Discovery;

/// <summary>
/// Adds up the sizes of the messages in one direction of a call, as they pass: compressed, and without the five bytes before each.
/// </summary>
internal sealed class MessageSizes
{
    private const int PrefixSize = 5;

    private int _prefixed;
    private uint _length;
    private long _left;

    public long Total { get; private set; }

    public void Count(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var taken = (int)Math.Min(_left, bytes.Length);
                (_left, Total) = (_left - taken, Total + taken);
                bytes = bytes[taken..];
                continue;
            }

            // A flag, and the length in four bytes, the highest first.
            _length = (_length << 8) | bytes[0];
            bytes = bytes[1..];
            if (++_prefixed < PrefixSize)
                continue;
            (_left, _length, _prefixed) = (_length, 0, 0);
        }
    }
}
