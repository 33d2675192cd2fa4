using System.Buffers.Binary;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>The messages of <c>grpc.health.v1.Health/Watch</c>, in gRPC's frames. There are two fields in all.</summary>
internal static class HealthMessages
{
    /// <summary>One byte that says whether it is compressed, four that say how long the message is.</summary>
    public const int FrameHeader = 5;

    /// <summary>The largest answer that is read. A real one has two bytes.</summary>
    public const int Longest = 4096;

    /// <summary><c>HealthCheckRequest { string service = 1; }</c></summary>
    public static byte[] Request(string service)
    {
        var length = service.Length == 0 ? 0 : 1 + CodedOutputStream.ComputeStringSize(service);
        var frame = new byte[FrameHeader + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        if (length > 0)
        {
            using var output = new CodedOutputStream(new MemoryStream(frame, FrameHeader, length));
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(service);
        }

        return frame;
    }

    /// <summary>The next message of a response; null at its end.</summary>
    public static async Task<byte[]?> ReadFrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[FrameHeader];
        if (await stream.ReadAtLeastAsync(
            header, FrameHeader, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < FrameHeader)
            return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (header[0] != 0 || length > Longest)
            throw new InvalidDataException("The answer is not that of a health service.");
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary><c>HealthCheckResponse { ServingStatus status = 1; }</c></summary>
    public static ServingStatus StatusOf(byte[] message)
    {
        var status = ServingStatus.Unknown;
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(1, WireFormat.WireType.Varint))
                status = (ServingStatus)input.ReadEnum();
            else
                input.SkipLastField();
        }

        return status;
    }
}
