using BenchmarkDotNet.Attributes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// What client interceptors add to one unary call over a fake invoker, with a logger that is silent at the level of the line.
/// Run: <c>dotnet run -c Release --project benchmarks -- --filter '*ClientCalls*'</c>
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class ClientCalls
{
    private static readonly Method<string, string> Method = new(
        MethodType.Unary, "bench.Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private FakeInvoker _fake = null!;
    private CallInvoker _passThrough = null!;
    private CallInvoker _standard = null!;
    private CallInvoker _separate = null!;

    [Params(false, true)]
    public bool ResponseLater { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var logger = new Logger<TimingInterceptor>(LoggerFactory.Create(logging => logging.AddProvider(new SilentProvider()).SetMinimumLevel(LogLevel.Warning)));
        _fake = new FakeInvoker(ResponseLater);
        _passThrough = _fake.Intercept(new PassThrough());
        _separate = _fake.Intercept(new TraceMetadataInterceptor(), new TimingInterceptor(logger));
        _standard = _fake.Intercept(ClientInterceptors.Combine(new TraceMetadataInterceptor(), new TimingInterceptor(logger)));
    }

    [Benchmark(Baseline = true)]
    public Task<string> Bare() => Call(_fake);

    [Benchmark]
    public Task<string> One_pass_through() => Call(_passThrough);

    [Benchmark]
    public Task<string> Trace_and_timing_combined() => Call(_standard);

    [Benchmark]
    public Task<string> Trace_and_timing_separate() => Call(_separate);

    private Task<string> Call(CallInvoker invoker)
    {
        var call = invoker.AsyncUnaryCall(Method, null, default, "request");
        if (ResponseLater)
            _fake.Respond();
        return call.ResponseAsync;
    }

    private sealed class PassThrough : Interceptor;
}
