using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Benchmarks;

/// <summary>
/// What server interceptors add to one unary request that goes through the whole of a server but its network, with what gRPC's own pipeline
/// takes for the first interceptor, whatever it is, and with the middleware. Loggers are silent at the level of the lines, no meter is
/// listened to.
/// </summary>
[MemoryDiagnoser]
public class ServerRequests
{
    private ServerPipeline _bare = null!;
    private ServerPipeline _passThrough = null!;
    private ServerPipeline _handWritten = null!;
    private ServerPipeline _interceptors = null!;
    private ServerPipeline _standard = null!;

    [Params(false, true)]
    public bool HandlerSuspends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bare = Start(static _ => { });
        _passThrough = Start(static services => Intercept<PassThrough>(services));
        _handWritten = Start(static services => Intercept<HandWrittenServer>(services.AddSingleton(new HandWrittenServer(
            NullLogger.Instance, new Meter("bench").CreateHistogram<double>("bench.duration")))));
        _interceptors = Start(static services => services.AddServerInterceptors().AddTraceMetadata().AddTiming().AddRecovery());
        _standard = Start(static services => services.AddServerInterceptors().AddStandard());
    }

    [Benchmark(Baseline = true)]
    public Task Bare() => Call(_bare);

    [Benchmark]
    public Task One_pass_through() => Call(_passThrough);

    [Benchmark]
    public Task Hand_written_single() => Call(_handWritten);

    [Benchmark]
    public Task Standard_interceptors() => Call(_interceptors);

    [Benchmark]
    public Task Standard_stack_with_middleware() => Call(_standard);

    private static void Intercept<TInterceptor>(IServiceCollection services)
        where TInterceptor : Interceptor
    {
        services.TryAddSingleton<TInterceptor>();
        services.Configure<GrpcServiceOptions>(static grpc => grpc.Interceptors.Add<TInterceptor>());
    }

    private static Task Call(ServerPipeline server)
    {
        var call = server.CallAsync();
        LaterService.Release();
        return call;
    }

    private ServerPipeline Start(Action<IServiceCollection> configure) =>
        HandlerSuspends ? ServerPipeline.Start<LaterService>(configure) : ServerPipeline.Start<BenchService>(configure);

    /// <summary>Answers when told to.</summary>
    private sealed class LaterService : BenchService
    {
        private static TaskCompletionSource? _pending;

        public static void Release() => Interlocked.Exchange(ref _pending, null)?.SetResult();

        public override async Task<Payload> Echo(Payload request, ServerCallContext context)
        {
            _pending = new TaskCompletionSource();
            await _pending.Task.ConfigureAwait(false);
            return request;
        }
    }
}
