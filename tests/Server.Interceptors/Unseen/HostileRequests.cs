using System.IO.Compression;
using System.Text;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>Requests that a server must survive, each with the status that grpc-dotnet answers.</summary>
public static class HostileRequests
{
    private const string Planted = RawRequest.Planted;

    private static readonly byte[] Good = RawRequest.Frame(new ProbeRequest { Text = Planted });
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(Planted);

    public static IEnumerable<RawRequest> Frames =>
    [
        new("no body", StatusCode.Internal) { Body = [] },
        new("one byte", StatusCode.Internal) { Body = [0] },
        new("four bytes of a prefix", StatusCode.Internal) { Body = [0, 0, 0, 0] },
        new("prefix without its message", StatusCode.Internal) { Body = RawRequest.Frame([], length: 10) },
        new("message cut short", StatusCode.Internal) { Body = Good[..^3] },
        new("length of 4 GB", StatusCode.Unknown) { Body = RawRequest.Frame(Text, length: uint.MaxValue) },
        new("length of 2 GB", StatusCode.ResourceExhausted) { Body = RawRequest.Frame(Text, length: int.MaxValue) },
        new("length just over 2 GB", StatusCode.Unknown) { Body = RawRequest.Frame(Text, length: 0x80000000) },
        new("length one over the limit", StatusCode.ResourceExhausted) { Body = RawRequest.Frame(Text, length: (4 * 1024 * 1024) + 1) },
        new("message over the limit", StatusCode.ResourceExhausted) { Body = RawRequest.Frame(new byte[(4 * 1024 * 1024) + 1]) },
        new("length too small", StatusCode.Unknown) { Body = RawRequest.Frame(Text, length: 3) },
        new("length zero with bytes after it", StatusCode.Internal) { Body = RawRequest.Frame(Text, length: 0) },
        new("bytes after the message", StatusCode.Internal) { Body = [.. Good, .. Text] },
        new("one byte after the message", StatusCode.Internal) { Body = [.. Good, 0] },
        new("two messages", StatusCode.Internal) { Body = [.. Good, .. Good] },
        new("compressed flag without encoding", StatusCode.Internal) { Body = RawRequest.Frame(Text, compressed: 1) },
        new("compressed flag of 2", StatusCode.Unknown) { Body = RawRequest.Frame(Text, compressed: 2) },
        new("compressed flag of 255", StatusCode.Unknown) { Body = RawRequest.Frame(Text, compressed: 255) },
        new("compressed as identity", StatusCode.Internal)
        {
            Body = RawRequest.Frame(Text, compressed: 1),
            Headers = [("grpc-encoding", "identity")],
        },
        new("unknown encoding", StatusCode.Unimplemented)
        {
            Body = RawRequest.Frame(Text, compressed: 1),
            Headers = [("grpc-encoding", "br")],
        },
        new("encoding with odd characters", StatusCode.Unimplemented)
        {
            Body = RawRequest.Frame(Text, compressed: 1),
            Headers = [("grpc-encoding", "gzip;q=1")],
        },
        new("garbage as gzip", StatusCode.Unknown) { Body = RawRequest.Frame(Text, compressed: 1), Headers = [("grpc-encoding", "gzip")] },
        new("gzip cut short", StatusCode.Unknown)
        {
            Body = RawRequest.Frame(Gzip(Text)[..^9], compressed: 1),
            Headers = [("grpc-encoding", "gzip")],
        },
        new("gzip of garbage", StatusCode.Unknown)
        {
            Body = RawRequest.Frame(Gzip(Text), compressed: 1),
            Headers = [("grpc-encoding", "gzip")],
        },
        new("garbage for protobuf", StatusCode.Unknown) { Body = RawRequest.Frame(Text) },
        new("only ones for protobuf", StatusCode.Unknown) { Body = RawRequest.Frame(Enumerable.Repeat((byte)0xff, 64).ToArray()) },
        new("tag zero", StatusCode.Unknown) { Body = RawRequest.Frame([0, 0, 0]) },
        new("text longer than the message", StatusCode.Unknown) { Body = RawRequest.Frame([0x0a, 0x7f, .. Text]) },
        new("text of negative length", StatusCode.Unknown) { Body = RawRequest.Frame([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, .. Text]) },
        new("text that is no UTF-8") { Body = RawRequest.Frame([0x0a, 3, 0xff, 0xfe, 0xfd]) },
        new("endless varint", StatusCode.Unknown) { Body = RawRequest.Frame([0x10, .. Enumerable.Repeat((byte)0x80, 32)]) },
        new("group without end", StatusCode.Unknown) { Body = RawRequest.Frame([0x23, .. Text]) },
        new("deeply nested groups", StatusCode.Unknown) { Body = RawRequest.Frame(Enumerable.Repeat((byte)0x23, 100_000).ToArray()) },
        new("wrong wire type") { Body = RawRequest.Frame([0x08, 1]) },
        new("unknown field") { Body = RawRequest.Frame([0x7a, (byte)Text.Length, .. Text]) },
        new("empty message") { Body = RawRequest.Frame([]) },
        new("HTTP text as body", StatusCode.Unknown) { Body = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nhost: " + Planted + "\r\n\r\n") },
        new("JSON as body", StatusCode.Unknown) { Body = Encoding.ASCII.GetBytes("{\"text\":\"" + Planted + "\"}") },
    ];

    public static IEnumerable<RawRequest> Requests =>
    [
        new("JSON", StatusCode.Internal, 415) { ContentType = "application/json" },
        new("no content type", StatusCode.Internal, 415) { ContentType = null },
        new("content type of plain text with a secret", StatusCode.Internal, 415) { ContentType = "text/plain; x=" + Planted },
        new("content type that only begins like gRPC's", StatusCode.Internal, 415) { ContentType = "application/grpcx" },
        new("gRPC-Web without its middleware", StatusCode.Internal, 415) { ContentType = "application/grpc-web" },
        new("gRPC with a subtype") { ContentType = "application/grpc+proto" },
        new("gRPC with an unknown subtype") { ContentType = "application/grpc+" + Planted },
        new("gRPC in capitals") { ContentType = "APPLICATION/GRPC" },
        new("PUT", StatusCode.Unimplemented, 404) { HttpMethod = "PUT" },
        new("DELETE", StatusCode.Unimplemented, 404) { HttpMethod = "DELETE" },
        new("OPTIONS", StatusCode.Unimplemented, 404) { HttpMethod = "OPTIONS" },
        new("unknown HTTP method", StatusCode.Unimplemented, 404) { HttpMethod = "BREW" },
        new("no path", StatusCode.Unimplemented, 404) { Path = "/" },
        new("path of one part", StatusCode.Unimplemented, 404) { Path = "/interceptors.testing.Probe" },
        new("path of three parts", StatusCode.Unimplemented, 404) { Path = "/interceptors.testing.Probe/Unary/More" },
        new("path with a slash at its end") { Path = "/interceptors.testing.Probe/Unary/" },
        new("doubled slash", StatusCode.Unimplemented, 404) { Path = "//interceptors.testing.Probe/Unary" },
        new("method in other letters") { Path = "/interceptors.testing.Probe/unary" },
        new("unknown method", StatusCode.Unimplemented) { Path = "/interceptors.testing.Probe/Nothing" },
        new("unknown service", StatusCode.Unimplemented) { Path = "/interceptors.testing.Nobody/Unary" },
        new("path with line breaks", StatusCode.Unimplemented) { Path = "/interceptors.testing.Nobody/Un%0d%0aary" },
        new("path with a secret in odd characters", StatusCode.Unimplemented) { Path = "/interceptors.testing.Nobody/$" + Planted },
        new("path out of the root", StatusCode.Unimplemented) { Path = "/../../etc/" + Planted },
        new("very long path", StatusCode.Unimplemented) { Path = "/interceptors.testing.Nobody/" + new string('x', 4000) },
        new("query") { Path = "/interceptors.testing.Probe/Unary?token=" + Planted },
        new("timeout without unit") { Headers = [("grpc-timeout", "5")] },
        new("timeout of letters") { Headers = [("grpc-timeout", Planted)] },
        new("timeout of zero") { Headers = [("grpc-timeout", "0S")] },
        new("negative timeout") { Headers = [("grpc-timeout", "-1S")] },
        new("timeout of too many digits") { Headers = [("grpc-timeout", "999999999999999S")] },
        new("timeout of 99999999 hours") { Headers = [("grpc-timeout", "99999999H")] },
        new("timeout of one nanosecond") { Headers = [("grpc-timeout", "1n")] },
        new("two timeouts") { Headers = [("grpc-timeout", "5S"), ("grpc-timeout", "6S")] },
        new("odd accept-encoding") { Headers = [("grpc-accept-encoding", ",,;" + Planted)] },
        new("binary metadata that is no base64", StatusCode.Internal) { Headers = [("x-odd-bin", "!!" + Planted)] },
        new("large metadata") { Headers = [("x-large", new string('x', 20_000))] },
    ];

    /// <summary>
    /// What becomes of a frame where messages are streamed: how many there are is up to the handler, who reads them within the
    /// interceptors.
    /// </summary>
    public static RawRequest Streamed(RawRequest frame, string method) => frame with
    {
        Path = "/interceptors.testing.Probe/" + method,
        Expected = frame.Name is "no body" or "two messages" ? StatusCode.OK
            : frame.Expected == StatusCode.Unknown ? StatusCode.Internal
            : frame.Expected,
    };

    private static byte[] Gzip(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(data);
        return compressed.ToArray();
    }
}
