using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Tells responses that begin with headers from those that fail at once. The latter have one block for headers and trailers
/// ("Trailers-Only",
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), which grpc-dotnet shows as headers first and gives its status a
/// moment later.
/// </summary>
internal static class TrailersOnly
{
    /// <summary>How long the status may be behind.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether headers and trailers of an ended call are the same block. Real trailers have no <c>date</c>, <c>server</c> and the like.
    /// </summary>
    public static bool Is(Metadata headers, Metadata trailers)
    {
        if (headers.Count != trailers.Count)
            return false;
        for (var i = 0; i < headers.Count; i++)
        {
            var (one, other) = (headers[i], trailers[i]);
            if (one.Key != other.Key || !one.ValueBytes.AsSpan().SequenceEqual(other.ValueBytes))
                return false;
        }
        return true;
    }
}
