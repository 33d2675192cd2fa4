using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Interceptors.Propagation;

/// <summary>
/// Gzip with a limit on the decompressed size of a message. Without one, 256 KiB on the wire can become 256 MiB in memory.
/// </summary>
/// <remarks>
/// <para>Put it in place of the built-in provider in <c>GrpcChannelOptions.CompressionProviders</c> and
/// <c>GrpcServiceOptions.CompressionProviders</c>. A message that exceeds the limit fails its call with
/// <see cref="StatusCode.ResourceExhausted"/>, and one with damaged data with <see cref="StatusCode.Internal"/>, on the receiving
/// side.</para>
/// <para>gRPC for .NET also limits the decompressed size to <c>MaxReceiveMessageSize</c>, unless that is null; the lower limit applies.
/// Providers for other encodings don't know this limit, so remove the built-in one for deflate. Receiving a message takes up to three
/// times the limit in memory, because gRPC collects it in a buffer that doubles.</para>
/// </remarks>
public sealed class BoundedGzipCompressionProvider : ICompressionProvider
{
    /// <summary>
    /// 4 MiB, gRPC's default limit for an uncompressed message. gRPC for Go and Java apply the same limit to compressed messages.
    /// </summary>
    public const int DefaultMaxDecompressedBytes = 4 * 1024 * 1024;

    private readonly GzipCompressionProvider _gzip;
    private readonly string _limitName;

    /// <summary>Creates the provider.</summary>
    /// <param name="maxDecompressedBytes">
    /// The largest message that may be received compressed, in bytes after decompression; 0 allows only empty ones. If you raise
    /// <c>MaxReceiveMessageSize</c>, raise this too. Default: <see cref="DefaultMaxDecompressedBytes"/>.
    /// </param>
    /// <param name="compressionLevel">
    /// How hard to compress what is sent, where the call or the server's options choose no level. Default:
    /// <see cref="CompressionLevel.Fastest"/>, as in gRPC for .NET.
    /// </param>
    /// <param name="limitName">
    /// The name of the option to change, for error messages. Default: this class's <see cref="MaxDecompressedBytes"/>.
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
