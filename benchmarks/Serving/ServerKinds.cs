using System.IO.Compression;
using Interceptors.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Benchmarks.Serving;

/// <summary>The servers that are compared, by name.</summary>
internal static class ServerKinds
{
    public const string Bare = "bare";
    public const string HeadersByHand = "by-hand";
    public const string Standard = "standard";
    public const string GzipByHand = "gzip-by-hand";
    public const string StandardGzip = "standard-gzip";

    /// <summary>With one interceptor each.</summary>
    public static IReadOnlyDictionary<string, Action<ServerInterceptorsBuilder>> Alone { get; } =
        new Dictionary<string, Action<ServerInterceptorsBuilder>>
        {
            ["trace"] = static builder => builder.AddTraceMetadata(),
            ["timing"] = static builder => builder.AddTiming(),
            ["unhandled"] = static builder => builder.AddUnhandledCalls(),
            ["recovery"] = static builder => builder.AddRecovery(),
            ["limits"] = static builder => builder.AddLimits(static o => o.Server = new() { MaxConcurrentCalls = 1_000 }),
            ["compression"] = static builder => builder.AddCompression(),
        };

    public static IReadOnlyDictionary<string, Action<IServiceCollection>> All { get; } = new Dictionary<string, Action<IServiceCollection>>
    {
        [Bare] = static _ => { },
        [HeadersByHand] = static _ => { },
        [Standard] = static services => services.AddServerInterceptors().AddStandard(),
        [GzipByHand] = static services => services.Configure<Grpc.AspNetCore.Server.GrpcServiceOptions>(static grpc =>
        {
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.ResponseCompressionLevel = CompressionLevel.Fastest;
        }),
        [StandardGzip] = static services => services.AddServerInterceptors().AddStandard().AddCompression(),
    }.Concat(Alone.Select(static one => KeyValuePair.Create<string, Action<IServiceCollection>>(
        one.Key, services => one.Value(services.AddServerInterceptors())))).ToDictionary();
}
