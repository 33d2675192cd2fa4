using System.Buffers.Binary;

namespace Interceptors.Discovery;

/// <summary>What of HTTP/2's frames (RFC 9113, section 4.1) a connection needs before its first call.</summary>
/// <param name="Length">The length of the payload in bytes.</param>
/// <param name="Type">The type, one of the constants here or another.</param>
/// <param name="Flags">The flags.</param>
internal readonly record struct Http2Frame(int Length, byte Type, byte Flags)
{
    public const int HeaderSize = 9;

    /// <summary>The largest payload that a peer may send unless it was allowed more.</summary>
    public const int MaxLength = 16_384;

    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;

    /// <summary>Why a server that answers with the error HTTP_1_1_REQUIRED (section 7) can't be connected, and what to do.</summary>
    public const string Http11Required =
        "it speaks HTTP/1.1 only on this port. With Kestrel, give the port HttpProtocols.Http2, which it needs where there is no TLS";

    private const byte AckFlag = 1;
    private const int Http11RequiredCode = 13;

    /// <summary>What a client sends first: the connection preface (section 3.4) with empty SETTINGS.</summary>
    public static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, Settings, 0, 0, 0, 0, 0];

    /// <summary>The length of the preface without its SETTINGS.</summary>
    public const int PrefaceLength = 24;

    public static readonly byte[] SettingsAck = [0, 0, 0, Settings, AckFlag, 0, 0, 0, 0];

    public bool IsSettingsAck => Type == Settings && (Flags & AckFlag) != 0;

    public bool IsPing => Type == Ping && (Flags & AckFlag) == 0;

    /// <summary>Whether a GOAWAY says that the server wants HTTP/1.1.</summary>
    /// <param name="frame">The whole frame: the header, the last stream's id, and the error code.</param>
    public static bool RequiresHttp11(ReadOnlySpan<byte> frame) =>
        frame.Length >= HeaderSize + 8 && BinaryPrimitives.ReadInt32BigEndian(frame[(HeaderSize + 4)..]) == Http11RequiredCode;

    public static Http2Frame Read(ReadOnlySpan<byte> header) =>
        new((int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8), header[3], header[4]);

    /// <summary>A PING (section 6.7).</summary>
    public static byte[] PingFrame(bool isAnswer, ReadOnlySpan<byte> payload) =>
        [0, 0, 8, Ping, isAnswer ? AckFlag : (byte)0, 0, 0, 0, 0, .. payload];
}
