using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses with what HTTP calls deflate: the zlib format (RFC 1950), not the bare stream.</summary>
public sealed class DeflateCompressionProvider : ICompressionProvider
{
    private readonly CompressionLevel _defaultLevel;

    /// <summary>A provider with a default level.</summary>
    public DeflateCompressionProvider(CompressionLevel defaultCompressionLevel) => _defaultLevel = defaultCompressionLevel;

    /// <inheritdoc/>
    public string EncodingName => "deflate";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new ZLibStream(stream, compressionLevel ?? _defaultLevel, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
