using System.IO.Compression;
using Interceptors.Propagation;

namespace Interceptors.Server;

/// <summary>
/// Options of <see cref="ServerCompressionInterceptor"/>: which responses are compressed. A handler's own choice takes precedence.
/// </summary>
public sealed class ServerCompressionOptions
{
    /// <summary>Whether responses are compressed. For switching compression off in configuration. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The smallest message that is compressed, in bytes as serialized; 0 compresses all. The size of protobuf
    /// messages is known; other messages count as large enough. Default: 1024, as on the client; compressing
    /// smaller ones costs more than it saves.
    /// </summary>
    public int MinimumSize { get; set; } = 1024;

    /// <summary>
    /// The methods whose responses are compressed, as patterns (<c>*</c>, <c>pkg.Service/Method</c>, <c>pkg.Service</c>,
    /// <c>pkg.*</c>); empty for all. Default: empty.
    /// </summary>
    public IList<string> Methods { get; } = [];

    /// <summary>The methods whose responses are not compressed, even if <see cref="Methods"/> names them. Default: empty.</summary>
    public IList<string> ExcludedMethods { get; } = [];

    /// <summary>
    /// How hard to compress. Read by <c>AddCompression</c>, which sets gRPC up. Default: <see cref="CompressionLevel.Fastest"/>.
    /// </summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Fastest;

    /// <summary>
    /// The largest compressed request that is accepted, in bytes after decompression. Read by <c>AddCompression</c>, unless
    /// <c>UseBoundedGzip</c> has set a bound before. Default: 4 MiB.
    /// </summary>
    public int MaxDecompressedBytes { get; set; } = BoundedGzipCompressionProvider.DefaultMaxDecompressedBytes;
}
