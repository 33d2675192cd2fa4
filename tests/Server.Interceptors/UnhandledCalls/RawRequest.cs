using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>A request as no gRPC client would send it, on HTTP/2, and what comes back undecoded.</summary>
public sealed record RawRequest(string Name, StatusCode Expected = StatusCode.OK, int HttpStatus = 200)
{
    public const string Planted = "planted-secret";

    public string Path { get; init; } = "/interceptors.testing.Probe/Unary";

    public string HttpMethod { get; init; } = "POST";

    public string? ContentType { get; init; } = "application/grpc";

    public byte[] Body { get; init; } = Frame(new ProbeRequest { Text = Planted });

    /// <summary>In place of a body that is there at once.</summary>
    public HttpContent? Content { get; init; }

    public IReadOnlyList<(string Key, string Value)> Headers { get; init; } = [];

    public override string ToString() => Name;

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    /// <summary>gRPC's prefix (compressed or not, length) and a message.</summary>
    public static byte[] Frame(byte[] message, byte compressed = 0, uint? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public async Task<RawResponse> SendAsync(ProbeServer server, CancellationToken cancellationToken = default)
    {
        using var client = new HttpClient();
        return await SendAsync(server, client, cancellationToken);
    }

    public async Task<RawResponse> SendAsync(ProbeServer server, HttpClient client, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(new HttpMethod(HttpMethod), server.Address + Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Content ?? (HttpMethod == "GET" ? null : new ByteArrayContent(Body)),
        };
        if (ContentType is not null)
            request.Content?.Headers.TryAddWithoutValidation("content-type", ContentType);
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (key, value) in Headers)
            request.Headers.TryAddWithoutValidation(key, value);
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var fields = response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
            .Select(field => (field.Key, string.Join(',', field.Value))).ToList();
        return new RawResponse(
            (int)response.StatusCode, fields.FirstOrDefault(field => field.Key == "grpc-status").Item2,
            $"{string.Join('\n', fields)}\n{body}");
    }
}

/// <summary>What came back: the HTTP status, the one of gRPC, and everything as text.</summary>
public sealed record RawResponse(int HttpStatus, string? GrpcStatus, string Everything);
