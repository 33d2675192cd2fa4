using System.IO.Compression;
using Grpc.Core;

namespace Interceptors.Propagation.Tests;

public sealed class BoundedGzipCompressionProviderTests
{
    [Fact]
    public void Its_encoding_is_gzip_and_its_bound_is_grpcs_default_for_messages()
    {
        var provider = new BoundedGzipCompressionProvider();

        Assert.Equal("gzip", provider.EncodingName);
        Assert.Equal(4 * 1024 * 1024, provider.MaxDecompressedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    public void What_is_within_the_bound_comes_out_as_it_went_in(int size)
    {
        var data = Bytes(size);

        Assert.Equal(data, Decompressed(new(1000), Compressed(data)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1000, 1001)]
    [InlineData(100_000, 10_000_000)]
    public void What_exceeds_it_fails_with_the_bound_and_the_option(int bound, int size)
    {
        var error = Assert.Throws<RpcException>(() => Decompressed(new(bound), Compressed(new byte[size])));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(
            $"A received gzip message is larger than {bound} bytes when decompressed "
                + "(BoundedGzipCompressionProvider.MaxDecompressedBytes).",
            error.Status.Detail);
    }

    [Fact]
    public void Nothing_comes_out_beyond_the_bound()
    {
        using var stream = new BoundedGzipCompressionProvider(1000).CreateDecompressionStream(new MemoryStream(Compressed(new byte[5000])));
        var buffer = new byte[400];
        var total = 0;

        Assert.Throws<RpcException>(() =>
        {
            for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0;)
                total += read;
        });

        Assert.Equal(800, total);
    }

    [Fact]
    public void Parts_that_are_compressed_one_by_one_count_together()
    {
        byte[] two = [.. Compressed(new byte[600]), .. Compressed(new byte[600])];

        Assert.Equal(1200, Decompressed(new(1200), two).Length);
        Assert.Throws<RpcException>(() => Decompressed(new(1199), two));
    }

    [Fact]
    public async Task Asynchronous_reading_has_the_same_bound()
    {
        var provider = new BoundedGzipCompressionProvider(1000);
        var within = new MemoryStream();
        await using (var stream = provider.CreateDecompressionStream(new MemoryStream(Compressed(new byte[1000]))))
            await stream.CopyToAsync(within);
        Assert.Equal(1000, within.Length);

        await using var beyond = provider.CreateDecompressionStream(new MemoryStream(Compressed(new byte[1001])));
        await Assert.ThrowsAsync<RpcException>(() => beyond.CopyToAsync(Stream.Null));
    }

    [Fact]
    public void Damaged_data_fails_as_such()
    {
        byte[] noGzip = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        var flipped = Compressed(Bytes(5000));
        flipped[^6] ^= 0xff;

        foreach (var data in new[] { noGzip, flipped })
        {
            var error = Assert.Throws<RpcException>(() => Decompressed(new(), data));
            Assert.Equal(StatusCode.Internal, error.StatusCode);
        }
    }

    [Fact]
    public void The_level_is_the_senders_if_it_has_one_and_the_providers_otherwise()
    {
        var data = Bytes(50_000);
        var fast = new BoundedGzipCompressionProvider();
        var small = new BoundedGzipCompressionProvider(compressionLevel: CompressionLevel.SmallestSize);

        Assert.True(Compressed(data, small).Length < Compressed(data, fast).Length);
        Assert.Equal(Compressed(data, small), Compressed(data, fast, CompressionLevel.SmallestSize));
    }

    [Fact]
    public void The_stream_of_the_message_stays_open()
    {
        var provider = new BoundedGzipCompressionProvider();
        var message = new MemoryStream(Compressed(Bytes(10)));

        provider.CreateDecompressionStream(message).Dispose();

        Assert.True(message.CanRead);
    }

    [Fact]
    public void A_negative_bound_is_refused() =>
        Assert.Equal(
            "maxDecompressedBytes",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BoundedGzipCompressionProvider(-1)).ParamName);

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * i / 7))];

    private static byte[] Compressed(
        byte[] data, BoundedGzipCompressionProvider? provider = null, CompressionLevel? level = null)
    {
        using var output = new MemoryStream();
        using (var stream = (provider ?? new()).CreateCompressionStream(output, level))
            stream.Write(data);
        return output.ToArray();
    }

    private static byte[] Decompressed(BoundedGzipCompressionProvider provider, byte[] compressed)
    {
        using var output = new MemoryStream();
        using var stream = provider.CreateDecompressionStream(new MemoryStream(compressed));
        stream.CopyTo(output);
        return output.ToArray();
    }
}
