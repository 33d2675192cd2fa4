using System.Globalization;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>
/// Converts request headers to metadata. ServerCallContext.RequestHeaders is not used, because its first read is not thread-safe and
/// fails if any header is malformed.
/// </summary>
internal static class RequestMetadataReader
{
    private const string PreviousAttemptsKey = "grpc-previous-rpc-attempts";

    /// <summary>All that gRPC counts as metadata; what is malformed is left out.</summary>
    public static Metadata Of(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            var key = name.ToLowerInvariant();
            if (IsTransport(key) || !MetadataAllowList.IsLegalKey(key))
                continue;
            for (var i = 0; i < values.Count; i++)
                Add(metadata, key, values[i] ?? "");
        }
        return metadata;
    }

    /// <summary>
    /// Whether there are headers but those that never cross and one more. By their number, since to go through them takes memory for each
    /// call.
    /// </summary>
    public static bool MayJoin(IHeaderDictionary headers, string butForKey)
    {
        var others = headers.Count;
        Without(ref others, headers[butForKey].Count);
        Without(ref others, headers.Host.Count);
        Without(ref others, headers.ContentType.Count);
        Without(ref others, headers.TE.Count);
        Without(ref others, headers.UserAgent.Count);
        Without(ref others, headers.GrpcAcceptEncoding.Count);
        Without(ref others, headers.GrpcTimeout.Count);
        Without(ref others, headers.GrpcEncoding.Count);
        Without(ref others, headers.Authorization.Count);
        Without(ref others, headers.TraceParent.Count);
        Without(ref others, headers.TraceState.Count);
        Without(ref others, headers.Baggage.Count);
        Without(ref others, headers.ContentLength is null ? 0 : 1);
        return others > 0;
    }

    /// <summary>
    /// How often the caller has sent the call before (gRFC A6). What is no number counts as once: who sends the header retries.
    /// </summary>
    public static int PreviousAttemptsOf(IHeaderDictionary headers)
    {
        var values = headers[PreviousAttemptsKey];
        return values.Count == 0 ? 0
            : int.TryParse(values[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var attempts) ? attempts : 1;
    }

    private static void Without(ref int others, int values)
    {
        if (values > 0)
            others--;
    }

    private static void Add(Metadata metadata, string key, string value)
    {
        if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
        {
            metadata.Add(key, value);
            return;
        }
        // Senders may leave the padding out, and several values may share a line (gRPC's PROTOCOL-HTTP2.md).
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            var bytes = new byte[part.Length];
            if (Convert.TryFromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '='), bytes, out var length))
                metadata.Add(key, bytes[..length]);
        }
    }

    /// <summary>What ServerCallContext.RequestHeaders leaves out as well.</summary>
    private static bool IsTransport(string key) =>
        key is "content-type" or "te" or "host" or "accept-encoding" || key.StartsWith(':')
            || key.StartsWith("grpc-", StringComparison.Ordinal);
}
