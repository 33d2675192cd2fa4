using System.Buffers;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// Rules and sizes for the trailers of a failed call. A trailer that HTTP can't carry would replace the status by a bare HTTP 500.
/// </summary>
internal static class FailureTrailers
{
    /// <summary>The key of rich errors, as all gRPC libraries write and read it.</summary>
    public const string DetailsKey = "grpc-status-details-bin";

    // RFC 9113, 6.5.2.
    private const int FieldOverhead = 32;

    // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: ASCII-Value.
    private static readonly SearchValues<char> Legal =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>Whether the response can carry the entry; its length and type are HTTP's own to say.</summary>
    public static bool IsSendable(Metadata.Entry entry) =>
        entry.IsBinary || (entry.Key is not ("content-length" or "content-type") && !entry.Value.AsSpan().ContainsAnyExcept(Legal));

    /// <summary>What the trailers take with a status, counted as HTTP/2 does.</summary>
    public static int SizeWith(Status status, Metadata trailers) =>
        "grpc-status".Length + 2 + FieldOverhead
        + "grpc-message".Length + StatusText.SizeOf(status.Detail ?? "") + FieldOverhead
        + SizeOf(trailers);

    public static int SizeOf(Metadata trailers)
    {
        var size = 0;
        foreach (var entry in trailers)
            size += SizeOf(entry);
        return size;
    }

    public static int SizeOf(Metadata.Entry entry) =>
        SizeOf(entry.Key, entry.IsBinary ? EncodedLength(entry.ValueBytes.Length) : entry.Value.Length);

    public static int SizeOfDetails(byte[] details) => SizeOf(DetailsKey, EncodedLength(details.Length));

    private static int SizeOf(string key, int valueLength) => key.Length + valueLength + FieldOverhead;

    private static int EncodedLength(int bytes) => (bytes + 2) / 3 * 4;
}
