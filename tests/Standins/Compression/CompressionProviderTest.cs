using System.IO.Compression;
using Grpc.Net.Compression;

namespace Interceptors.Standins.Tests;

public sealed class CompressionProviderTest
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i % 7))];

    public static TheoryData<string> Encodings { get; } = ["gzip", "deflate"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void The_name_is_the_one_in_the_headers(string encoding) => Assert.Equal(encoding, Provider(encoding).EncodingName);

    [Theory]
    [MemberData(nameof(Encodings))]
    public void What_is_compressed_can_be_decompressed(string encoding)
    {
        using var compressed = new MemoryStream(Compress(encoding, null));
        using var decompressed = new MemoryStream();

        using (var stream = Provider(encoding).CreateDecompressionStream(compressed))
        {
            stream.CopyTo(decompressed);
        }

        Assert.Equal(Data, decompressed.ToArray());
        Assert.True(compressed.CanRead, "the stream beneath stays open");
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_given_level_goes_before_the_default(string encoding)
    {
        Assert.True(Compress(encoding, null).Length < Data.Length);
        Assert.True(Compress(encoding, CompressionLevel.NoCompression).Length > Data.Length);
    }

    [Theory]
    [InlineData("gzip", 0x1F)]
    [InlineData("deflate", 0x78)]
    public void The_format_is_the_one_that_HTTP_means_by_the_name(string encoding, byte first) =>
        Assert.Equal(first, Compress(encoding, null)[0]);

    private static byte[] Compress(string encoding, CompressionLevel? level)
    {
        using var compressed = new MemoryStream();
        using (var stream = Provider(encoding).CreateCompressionStream(compressed, level))
        {
            stream.Write(Data);
        }

        Assert.True(compressed.CanWrite, "the stream beneath stays open");
        return compressed.ToArray();
    }

    private static ICompressionProvider Provider(string encoding) => encoding == "gzip"
        ? new GzipCompressionProvider(CompressionLevel.Optimal)
        : new DeflateCompressionProvider(CompressionLevel.Optimal);
}
