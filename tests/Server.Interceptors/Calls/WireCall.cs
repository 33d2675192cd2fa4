using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>A message on the wire: the flag in front of it, and its bytes as they came.</summary>
internal sealed record WireMessage(bool IsCompressed, byte[] Bytes);

/// <summary>One call as it crosses the wire: hand-made frames go out, all headers, messages and trailers come back undecoded.</summary>
internal sealed class WireCall
{
    /// <summary>Stands for a byte that HttpClient would refuse in a header: U+E000 plus the byte.</summary>
    public static string Byte(byte value) => ((char)(0xE000 + value)).ToString();

    /// <summary>All headers and trailers, each value by itself.</summary>
    public required IReadOnlyList<(string Key, string Value)> Fields { get; init; }

    public required IReadOnlyList<WireMessage> Messages { get; init; }

    public string? this[string key] => Fields.LastOrDefault(field => field.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;

    public static async Task<WireCall> SendAsync(
        ProbeServer server, string method, IReadOnlyList<ProbeRequest> requests, params IEnumerable<(string Key, string Value)> headers)
    {
        using var handler = new SocketsHttpHandler
        {
            RequestHeaderEncodingSelector = static (_, _) => new AnyBytes(),
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/interceptors.testing.Probe/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. requests.SelectMany(Framed)]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach (var group in headers.GroupBy(header => header.Key, header => header.Value))
            request.Headers.TryAddWithoutValidation(group.Key, group);
        using var response = await client.SendAsync(request);
        return new WireCall
        {
            Messages = Unframed(await response.Content.ReadAsByteArrayAsync()),
            Fields =
            [
                .. response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
                    .SelectMany(field => field.Value.Select(value => (field.Key, value))),
            ],
        };
    }

    private static byte[] Framed(ProbeRequest message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.CalculateSize());
        message.ToByteArray().CopyTo(frame, 5);
        return frame;
    }

    private static List<WireMessage> Unframed(byte[] body)
    {
        var messages = new List<WireMessage>();
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            messages.Add(new WireMessage(body[at] == 1, body[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }
        return messages;
    }

    private sealed class AnyBytes : Encoding
    {
        public override int GetByteCount(char[] chars, int index, int count) => Replace(new string(chars, index, count)).Length;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
        {
            var replaced = Replace(new string(chars, charIndex, charCount));
            replaced.CopyTo(bytes, byteIndex);
            return replaced.Length;
        }

        public override int GetMaxByteCount(int charCount) => 3 * charCount;

        public override int GetCharCount(byte[] bytes, int index, int count) => count;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            throw new NotSupportedException();

        public override int GetMaxCharCount(int byteCount) => byteCount;

        private static byte[] Replace(string text) =>
        [
            .. text.SelectMany(static c => c is >= '\uE000' and <= '\uE0FF' ? [(byte)(c - 0xE000)] : UTF8.GetBytes([c])),
        ];
    }
}
