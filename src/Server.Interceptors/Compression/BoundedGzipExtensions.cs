using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Interceptors;
using Interceptors.Propagation;
using Interceptors.Server;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up gzip for a server with a limit on the decompressed size of requests.</summary>
public static class BoundedGzipExtensions
{
    /// <summary>
    /// Decompresses gzip requests up to a bound only: <c>services.AddGrpc(options => options.UseBoundedGzip())</c>. A request that
    /// exceeds it fails with <c>ResourceExhausted</c>, which names the bound. The built-in providers for gzip and deflate are taken
    /// out, as neither knows the bound; a request in deflate then fails with <c>Unimplemented</c>. Providers of your own stay.
    /// </summary>
    /// <remarks>
    /// Belongs on the options of all services. On those of one service alone it bounds that service's gzip, but gRPC adds what
    /// the options of all services have for other encodings.
    /// </remarks>
    /// <param name="options">The options of all services.</param>
    /// <param name="maxDecompressedBytes">
    /// The largest request that may come compressed, in bytes after decompression. <c>MaxReceiveMessageSize</c> holds as well: the lower
    /// one counts. To allow larger compressed requests, raise both. Default:
    /// <see cref="BoundedGzipCompressionProvider.DefaultMaxDecompressedBytes"/>, 4 MiB.
    /// </param>
    /// <param name="compressionLevel">
    /// How hard to compress responses, unless <c>ResponseCompressionLevel</c> says. Default: <see cref="CompressionLevel.Fastest"/>.
    /// </param>
    /// <param name="compressResponses">
    /// Whether responses are compressed, for callers that take gzip; all of them, so add <see cref="ServerCompressionInterceptor"/>, which
    /// keeps small ones from it. Default: false, <c>ResponseCompressionAlgorithm</c> stays as it is.
    /// </param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative.</exception>
    public static GrpcServiceOptions UseBoundedGzip(
        this GrpcServiceOptions options,
        int maxDecompressedBytes = BoundedGzipCompressionProvider.DefaultMaxDecompressedBytes,
        CompressionLevel compressionLevel = CompressionLevel.Fastest,
        bool compressResponses = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.BoundGzip(new BoundedGzipCompressionProvider(
            maxDecompressedBytes, compressionLevel, $"{nameof(UseBoundedGzip)}, {nameof(maxDecompressedBytes)}"));
        if (compressResponses)
            options.ResponseCompressionAlgorithm = GzipEncoding.Name;
        return options;
    }

    // A new list: the options of one service start out with the very list of all services.
    internal static void BoundGzip(this GrpcServiceOptions options, BoundedGzipCompressionProvider bounded) =>
        options.CompressionProviders =
            [bounded, .. options.CompressionProviders.Where(static provider => provider.EncodingName is not ("gzip" or "deflate"))];
}
