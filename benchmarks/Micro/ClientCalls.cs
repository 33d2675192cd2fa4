using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// What client interceptors add to one unary call over a fake invoker, with loggers silent at the level of their lines and no meter
/// listened to. Run: <c>dotnet run -c Release --project benchmarks -- --filter '*ClientCalls*'</c>
/// </summary>
[Config(typeof(InOneProcess))]
[MemoryDiagnoser]
public class ClientCalls
{
    private readonly ILoggerFactory _loggers =
        LoggerFactory.Create(logging => logging.AddProvider(new SilentProvider()).SetMinimumLevel(LogLevel.Warning));

    private FakeInvoker _fake = null!;
    private CallInvoker _passThrough = null!;
    private CallInvoker _traceAndTiming = null!;
    private CallInvoker _handWritten = null!;
    private CallInvoker _standard = null!;
    private CallInvoker _separate = null!;

    [Params(false, true)]
    public bool ResponseLater { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fake = new FakeInvoker(ResponseLater);
        var timing = new ClientTimingInterceptor(_loggers.CreateLogger<ClientTimingInterceptor>());
        _passThrough = _fake.Intercept(new PassThrough());
        _traceAndTiming = _fake.Intercept(ClientInterceptors.Combine(new ClientTraceMetadataInterceptor(), timing));
        _handWritten = _fake.Intercept(new HandWritten(
            _loggers.CreateLogger("bench"), CallDuration()));
        _standard = _fake.Intercept(ClientInterceptors.Standard(_loggers, options =>
        {
            options.Tokens = TokenSources.Static("token");
            options.Deadline = deadline => deadline.Default = TimeSpan.FromSeconds(30);
        }));
        _separate = _fake.Intercept(
            new ClientTraceMetadataInterceptor(),
            timing,
            new DeadlineInterceptor(
                Microsoft.Extensions.Options.Options.Create(new DeadlineOptions { Default = TimeSpan.FromSeconds(30) })),
            new FallbackTokenInterceptor(TokenSources.Static("token")),
            new ClientCompressionInterceptor());
    }

    [Benchmark(Baseline = true)]
    public Task<string> Bare() => _fake.CallAsync(_fake);

    [Benchmark]
    public Task<string> One_pass_through() => _fake.CallAsync(_passThrough);

    [Benchmark]
    public Task<string> Trace_and_timing() => _fake.CallAsync(_traceAndTiming);

    [Benchmark]
    public Task<string> Hand_written_single() => _fake.CallAsync(_handWritten);

    [Benchmark]
    public Task<string> Standard_stack() => _fake.CallAsync(_standard);

    [Benchmark]
    public Task<string> The_same_separately() => _fake.CallAsync(_separate);

    private static System.Diagnostics.Metrics.Histogram<double> CallDuration() =>
        new System.Diagnostics.Metrics.Meter("bench").CreateHistogram<double>("bench.duration");

    /// <summary>Side by side in one process, which is what ratios need.</summary>
    private sealed class InOneProcess : ManualConfig
    {
        public InOneProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(8));
    }
}
