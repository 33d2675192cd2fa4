using System.Net;
using System.Net.Http.Headers;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>One unary call as it crosses the wire: an empty message goes out, all headers and trailers come back, undecoded.</summary>
internal sealed class RawCall
{
    private static readonly byte[] EmptyMessage = new byte[5];

    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body, which a failed call does not have.</summary>
    public byte[] Body { get; private init; } = [];

    public string? this[string key] => _fields.GetValueOrDefault(key);

    /// <summary>All that the caller was sent.</summary>
    public string Everything => string.Join('\n', _fields.Select(pair => $"{pair.Key}: {pair.Value}"));

    /// <summary>What a peer counts: names, values, and 32 bytes for each (RFC 9113, 6.5.2).</summary>
    public int Size => _fields.Sum(pair => pair.Key.Length + pair.Value.Length + 32);

    public static async Task<RawCall> SendAsync(ProbeServer server)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/interceptors.testing.Probe/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(EmptyMessage),
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Add("x-trace-id", "t-9");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await client.SendAsync(request);
        var call = new RawCall { Body = await response.Content.ReadAsByteArrayAsync() };
        // A failure before anything was written is sent as headers only.
        foreach (var (key, values) in response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders))
            call._fields.Add(key, string.Join(',', values));
        return call;
    }
}
