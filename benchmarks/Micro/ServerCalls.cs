using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Benchmarks;

/// <summary>
/// What server interceptors add to one unary call of a fake context, with loggers silent at the level of their lines and no meter
/// listened to. Run: <c>dotnet run -c Release --project benchmarks -- --filter '*ServerCalls*'</c>
/// </summary>
[Config(typeof(InOneProcess))]
[MemoryDiagnoser]
public class ServerCalls
{
    private FakeHandler _handler = null!;
    private UnaryServerMethod<string, string> _passThrough = null!;
    private UnaryServerMethod<string, string> _handWritten = null!;
    private UnaryServerMethod<string, string> _standard = null!;
    private UnaryServerMethod<string, string> _separate = null!;

    [Params(false, true)]
    public bool HandlerSuspends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _handler = new FakeHandler(HandlerSuspends);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new SilentProvider()).SetMinimumLevel(LogLevel.Warning));
        services.AddServerInterceptors().AddStandard();
        var provider = services.BuildServiceProvider();
        var loggers = provider.GetRequiredService<ILoggerFactory>();

        _passThrough = _handler.Inside(new PassThrough());
        _handWritten = _handler.Inside(new HandWrittenServer(
            loggers.CreateLogger("bench"), new Meter("bench").CreateHistogram<double>("bench.duration")));
        // The one interceptor that the builder gives to gRPC.
        var group = provider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.Interceptors.Single();
        _standard = _handler.Inside((Interceptor)provider.GetRequiredService(group.Type));
        _separate = _handler.Inside(
            provider.GetRequiredService<ServerTraceMetadataInterceptor>(),
            provider.GetRequiredService<ServerTimingInterceptor>(),
            provider.GetRequiredService<RecoveryInterceptor>());
    }

    [Benchmark(Baseline = true)]
    public Task<string> Bare() => _handler.CallAsync(_handler.Method);

    [Benchmark]
    public Task<string> One_pass_through() => _handler.CallAsync(_passThrough);

    [Benchmark]
    public Task<string> Hand_written_single() => _handler.CallAsync(_handWritten);

    [Benchmark]
    public Task<string> Standard_stack() => _handler.CallAsync(_standard);

    [Benchmark]
    public Task<string> The_same_separately() => _handler.CallAsync(_separate);

    /// <summary>Side by side in one process, which is what ratios need.</summary>
    private sealed class InOneProcess : ManualConfig
    {
        public InOneProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(8));
    }
}
