using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>Addresses as people write them who think of a URL: <c>http://10.0.0.1:5001</c>, <c>grpcs://10.0.0.1:5001</c>.</summary>
internal static class AddressUrl
{
    private static readonly ImmutableSortedDictionary<string, string> WithoutTls = ImmutableSortedDictionary<string, string>.Empty;

    private static readonly ImmutableSortedDictionary<string, string> WithTls = WithoutTls.Add(EndpointMetadata.Scheme, "grpcs");

    private static readonly (string Start, ImmutableSortedDictionary<string, string> Metadata)[] Schemes =
        [("http://", WithoutTls), ("grpc://", WithoutTls), ("https://", WithTls), ("grpcs://", WithTls)];

    /// <summary>Reads such an address, or plain <c>host:port</c>.</summary>
    public static EndpointReading Read(string text)
    {
        var address = PlainEndpointFormat.Trimmed(text);
        foreach (var (start, metadata) in Schemes)
        {
            if (!address.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                continue;
            // A path is a part of what the writer meant, which gRPC has no use for; a lone slash is none.
            var rest = address[start.Length..];
            return EndpointReading.Of(rest.EndsWith('/') ? rest[..^1] : rest, metadata);
        }

        return PlainEndpointFormat.Read(address);
    }
}
