using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Interceptors.Propagation;

/// <summary>
/// Gzip that can't be made into a bomb: 256 KiB on the wire can be 256 MiB in memory, so this provider bounds what comes out. It
/// takes the place of the built-in one in <c>GrpcChannelOptions.CompressionProviders</c> and <c>GrpcServiceOptions.CompressionProviders</c>.
/// A message that exceeds the bound fails its call with <see cref="StatusCode.ResourceExhausted"/>, and one whose data is damaged with
/// <see cref="StatusCode.Internal"/>, whichever side receives it.
/// </summary>
/// <remarks>
/// gRPC for .NET itself holds what comes out to <c>MaxReceiveMessageSize</c>, by an error that names neither limit nor option, and to
/// nothing where that is null; of the two limits the lower one counts. A provider for another encoding knows nothing of this
/// bound: don't keep the built-in one for deflate beside it. While a message is received it takes up to three times the bound in
/// memory, because gRPC collects what comes out in a buffer that doubles.
/// </remarks>
public sealed class BoundedGzipCompressionProvider : ICompressionProvider
{
    /// <summary>
    /// 4 MiB, which is what gRPC allows an uncompressed message by default: a message does not get larger rights by being compressed.
    /// gRPC for Go and for Java hold compressed messages to the same limit.
    /// </summary>
    public const int DefaultMaxDecompressedBytes = 4 * 1024 * 1024;

    private readonly GzipCompressionProvider _gzip;
    private readonly string _limitName;

    /// <summary>Creates the provider.</summary>
    /// <param name="maxDecompressedBytes">
    /// The largest message that may be received compressed, in bytes after decompression; 0 allows only empty ones. Whoever
    /// raises <c>MaxReceiveMessageSize</c> for compressed messages too raises this with it. Default: <see cref="DefaultMaxDecompressedBytes"/>.
    /// </param>
    /// <param name="compressionLevel">
    /// How hard to compress what is sent, where the call or the server's options choose no level. Default:
    /// <see cref="CompressionLevel.Fastest"/>, as in gRPC for .NET.
    /// </param>
    /// <param name="limitName">
    /// What a user changes to change the bound, as errors name it. Default: this class's <see cref="MaxDecompressedBytes"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative.</exception>
    public BoundedGzipCompressionProvider(
        int maxDecompressedBytes = DefaultMaxDecompressedBytes,
        CompressionLevel compressionLevel = CompressionLevel.Fastest,
        string? limitName = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDecompressedBytes);
        MaxDecompressedBytes = maxDecompressedBytes;
        _gzip = new GzipCompressionProvider(compressionLevel);
        _limitName = limitName ?? $"{nameof(BoundedGzipCompressionProvider)}.{nameof(MaxDecompressedBytes)}";
    }

    /// <summary>The largest message that may be received compressed, in bytes after decompression.</summary>
    public int MaxDecompressedBytes { get; }

    /// <summary><c>gzip</c>.</summary>
    public string EncodingName => GzipEncoding.Name;

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        _gzip.CreateCompressionStream(stream, compressionLevel);

    /// <summary>A stream that decompresses what is read from it, up to the bound.</summary>
    /// <param name="stream">One compressed message. Left open.</param>
    /// <returns>
    /// The stream. Reading from it throws an <see cref="RpcException"/> with <see cref="StatusCode.ResourceExhausted"/>, which names
    /// the bound and the option, as soon as more than the bound came out.
    /// </returns>
    public Stream CreateDecompressionStream(Stream stream) =>
        new BoundedDecompressionStream(_gzip.CreateDecompressionStream(stream), MaxDecompressedBytes, _limitName);
}
