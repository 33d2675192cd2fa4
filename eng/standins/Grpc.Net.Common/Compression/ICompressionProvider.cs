using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One way to compress messages. Neither stream it makes closes the one it wraps.</summary>
public interface ICompressionProvider
{
    /// <summary>Its name in the headers.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses what is written to it; without a level the provider's default applies.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses what is read from it.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
