using Grpc.AspNetCore.Server;
using Interceptors;
using Interceptors.Propagation;
using Interceptors.Server;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ServerCompressionInterceptor"/>.</summary>
public static class CompressionServerInterceptorsBuilderExtensions
{
    /// <summary>
    /// Compresses responses with gzip for callers that take it, but not small ones (<see cref="ServerCompressionInterceptor"/>), and bounds
    /// what compressed requests may become. This sets up the <see cref="GrpcServiceOptions"/> too: a
    /// <c>ResponseCompressionAlgorithm</c> or a bound that is there already stays.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddCompression(
        this ServerInterceptorsBuilder builder, Action<ServerCompressionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ThrowIfForChosenMethods(
            nameof(AddCompression),
            $"Call it outside, and give {nameof(ServerCompressionOptions)}.{nameof(ServerCompressionOptions.Methods)}.");
        builder.Services.AddChecked<ServerCompressionOptions, ServerCompressionOptionsValidator>(configure);
        builder.Services.AddOptions<GrpcServiceOptions>().Configure<IOptions<ServerCompressionOptions>>(static (grpc, compression) =>
        {
            var options = compression.Value;
            if (!grpc.CompressionProviders.Any(static provider => provider is BoundedGzipCompressionProvider))
            {
                grpc.BoundGzip(new BoundedGzipCompressionProvider(
                    options.MaxDecompressedBytes, options.Level,
                        $"{nameof(ServerCompressionOptions)}.{nameof(options.MaxDecompressedBytes)}"));
            }
            if (options.Enabled)
                grpc.ResponseCompressionAlgorithm ??= GzipEncoding.Name;
        });
        return builder.Add<ServerCompressionInterceptor, ServerCompressionOptions>(ServerInterceptorOrder.Compression);
    }
}
