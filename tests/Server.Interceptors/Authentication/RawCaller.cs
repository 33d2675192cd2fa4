using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Interceptors.Server.Tests;

/// <summary>Calls a method with headers that gRPC's own client would refuse to send.</summary>
internal sealed class RawCaller : IDisposable
{
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { UseProxy = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 });

    /// <summary>
    /// An answer: the HTTP status, the gRPC status if there is one, and all headers and trailers as text. No status at all: no answer.
    /// </summary>
    internal sealed record Answer(HttpStatusCode? Http, string? Grpc, string Metadata);

    /// <summary>Makes a unary call with an empty message.</summary>
    public async Task<Answer> CallAsync(string address, params string[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + "/interceptors.testing.Probe/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var value in authorization)
            Assert.True(request.Headers.TryAddWithoutValidation("authorization", value));
        try
        {
            using var response = await _client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            return new Answer(
                response.StatusCode,
                Value(response.TrailingHeaders) ?? Value(response.Headers),
                $"{response.Headers}{response.Content.Headers}{response.TrailingHeaders}");
        }
        catch (HttpRequestException)
        {
            return new Answer(null, null, "");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string? Value(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.Single() : null;
}
