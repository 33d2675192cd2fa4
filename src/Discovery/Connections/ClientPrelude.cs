namespace Interceptors.Discovery;

/// <summary>
/// Takes out of what an HTTP client writes at first what the connection has sent already: the preface, and the acknowledgements of the
/// server's SETTINGS. A second one of those is an error to some servers (golang.org/x/net/http2 closes the connection).
/// </summary>
/// <param name="acks">How many acknowledgements have been sent.</param>
internal sealed class ClientPrelude(int acks)
{
    private readonly byte[] _header = new byte[Http2Frame.HeaderSize];
    private int _preface = Http2Frame.PrefaceLength;
    private int _headerLength;
    private int _payload;
    private int _acks = acks;

    /// <summary>Whether nothing has been written yet.</summary>
    public bool IsAtStart => _preface == Http2Frame.PrefaceLength;

    /// <summary>Whether everything has been taken out that was to be.</summary>
    public bool IsOver => _preface == 0 && _acks == 0 && _headerLength == 0;

    /// <summary>What is left to write of these bytes.</summary>
    public ReadOnlyMemory<byte> Filter(ReadOnlySpan<byte> bytes)
    {
        var left = new List<byte>(bytes.Length);
        while (bytes.Length > 0 && !IsOver)
        {
            if (_preface > 0)
                bytes = bytes[TakeUpTo(ref _preface, bytes.Length)..];
            else if (_payload > 0)
                Pass(ref bytes, TakeUpTo(ref _payload, bytes.Length), left);
            else
                TakeHeader(ref bytes, left);
        }

        left.AddRange(bytes);
        return left.ToArray();
    }

    private static int TakeUpTo(ref int wanted, int available)
    {
        var taken = Math.Min(wanted, available);
        wanted -= taken;
        return taken;
    }

    private static void Pass(ref ReadOnlySpan<byte> bytes, int count, List<byte> left)
    {
        left.AddRange(bytes[..count]);
        bytes = bytes[count..];
    }

    private void TakeHeader(ref ReadOnlySpan<byte> bytes, List<byte> left)
    {
        _header[_headerLength++] = bytes[0];
        bytes = bytes[1..];
        if (_headerLength < _header.Length)
            return;
        _headerLength = 0;
        var frame = Http2Frame.Read(_header);
        if (frame.IsSettingsAck)
        {
            _acks--;
            return;
        }

        left.AddRange(_header);
        _payload = frame.Length;
    }
}
