using Google.Protobuf;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Reads the <c>google.rpc.RetryInfo</c> of a status (https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto)
/// from the trailers. The few fields are read by hand, which spares a dependency.
/// </summary>
internal static class RetryInfo
{
    private const string DetailsKey = "grpc-status-details-bin";
    private const string TypeName = "/google.rpc.RetryInfo";

    /// <summary>The pause that the server asks for; null if there is none, or it can't be read.</summary>
    public static TimeSpan? DelayIn(Metadata? trailers)
    {
        if (trailers?.Get(DetailsKey) is not { IsBinary: true } details)
            return null;
        try
        {
            return InStatus(details.ValueBytes);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>google.rpc.Status: field 3 holds the details.</summary>
    private static TimeSpan? InStatus(byte[] status)
    {
        var input = new CodedInputStream(status);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag != Tag(3))
                input.SkipLastField();
            else if (InDetail(input.ReadBytes()) is { } delay)
                return delay;
        }
        return null;
    }

    /// <summary>google.protobuf.Any: type URL and value.</summary>
    private static TimeSpan? InDetail(ByteString detail)
    {
        var (type, value) = ("", ByteString.Empty);
        var input = detail.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == Tag(1))
                type = input.ReadString();
            else if (tag == Tag(2))
                value = input.ReadBytes();
            else
                input.SkipLastField();
        }
        return type.EndsWith(TypeName, StringComparison.Ordinal) ? InRetryInfo(value) : null;
    }

    /// <summary>google.rpc.RetryInfo: field 1 is the delay.</summary>
    private static TimeSpan? InRetryInfo(ByteString info)
    {
        var input = info.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == Tag(1))
                return DurationOf(input.ReadBytes());
            input.SkipLastField();
        }
        return null;
    }

    /// <summary>google.protobuf.Duration: seconds and nanoseconds.</summary>
    private static TimeSpan? DurationOf(ByteString duration)
    {
        var (seconds, nanoseconds) = (0L, 0);
        var input = duration.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == WireFormat.MakeTag(1, WireFormat.WireType.Varint))
                seconds = input.ReadInt64();
            else if (tag == WireFormat.MakeTag(2, WireFormat.WireType.Varint))
                nanoseconds = input.ReadInt32();
            else
                input.SkipLastField();
        }
        var ticks = checked((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100));
        return ticks >= 0 ? TimeSpan.FromTicks(ticks) : null;
    }

    private static uint Tag(int field) => WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);
}
