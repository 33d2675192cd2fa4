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
    private static readonly Task<string> Ready = Task.FromResult("response");

    private readonly FakeServerCallContext _context = new();
    private UnaryServerMethod<string, string> _handler = null!;
    private UnaryServerMethod<string, string> _passThrough = null!;
    private UnaryServerMethod<string, string> _handWritten = null!;
    private UnaryServerMethod<string, string> _standard = null!;
    private UnaryServerMethod<string, string> _separate = null!;
    private TaskCompletionSource? _pending;

    [Params(false, true)]
    public bool HandlerSuspends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _handler = HandlerSuspends ? LaterAsync : static (_, _) => Ready;
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new SilentProvider()).SetMinimumLevel(LogLevel.Warning));
        services.AddServerInterceptors().AddStandard();
        var provider = services.BuildServiceProvider();
        var loggers = provider.GetRequiredService<ILoggerFactory>();

        _passThrough = With(_handler, new PassThrough());
        _handWritten = With(_handler, new HandWrittenServer(
            loggers.CreateLogger("bench"), new Meter("bench").CreateHistogram<double>("bench.duration")));
        // The one interceptor that the builder gives to gRPC.
        var group = provider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.Interceptors.Single();
        _standard = With(_handler, (Interceptor)provider.GetRequiredService(group.Type));
        _separate = With(
            _handler,
            provider.GetRequiredService<TraceMetadataInterceptor>(),
            provider.GetRequiredService<TimingInterceptor>(),
            provider.GetRequiredService<RecoveryInterceptor>());
    }

    [Benchmark(Baseline = true)]
    public Task<string> Bare() => Call(_handler);

    [Benchmark]
    public Task<string> One_pass_through() => Call(_passThrough);

    [Benchmark]
    public Task<string> Hand_written_single() => Call(_handWritten);

    [Benchmark]
    public Task<string> Standard_stack() => Call(_standard);

    [Benchmark]
    public Task<string> The_same_separately() => Call(_separate);

    private static UnaryServerMethod<string, string> With(UnaryServerMethod<string, string> handler, params Interceptor[] interceptors)
    {
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = handler;
            handler = (request, context) => interceptor.UnaryServerHandler(request, context, inner);
        }
        return handler;
    }

    private Task<string> Call(UnaryServerMethod<string, string> method)
    {
        var call = method("request", _context);
        _pending?.SetResult();
        return call;
    }

    private async Task<string> LaterAsync(string request, ServerCallContext context)
    {
        _pending = new TaskCompletionSource();
        await _pending.Task.ConfigureAwait(false);
        return "response";
    }

    private sealed class PassThrough : Interceptor;

    /// <summary>Side by side in one process, which is what ratios need.</summary>
    private sealed class InOneProcess : ManualConfig
    {
        public InOneProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(8));
    }
}
