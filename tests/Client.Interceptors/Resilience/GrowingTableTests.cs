using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>A gateway forwards names and hosts that others choose. Alone, because what is measured is the heap of the process.</summary>
[Collection(nameof(Alone))]
public sealed class GrowingTableTests
{
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private const int Names = 50_000;
    // 50,000 circuits would take 145 MB, limits 25 MB, levels 6 MB, services of compression 8 MB.
    private const long Bound = 5_000_000;

    [Theory]
    [InlineData("circuits by host")]
    [InlineData("circuits by method")]
    [InlineData("limits by host")]
    [InlineData("levels")]
    [InlineData("compression")]
    [InlineData("selected methods")]
    [Trait("case", "interceptors 41")]
    public void Its_tables_stay_bounded(string table)
    {
        var interceptor = table switch
        {
            "circuits by host" or "circuits by method" =>
                Resilient(new ResilienceOptions { CircuitBreaker = new CircuitBreakerOptions() }),
            "limits by host" => Resilient(new ResilienceOptions { Concurrency = new ConcurrencyLimitOptions() }),
            "levels" => new ClientTimingInterceptor(
                new Logger<ClientTimingInterceptor>(LoggerFactory.Create(static logging => logging.AddProvider(new Silent()))),
                Options.Create(new ClientTimingOptions { MethodLevels = { ["a.*"] = LogLevel.None } })),
            "compression" => new ClientCompressionInterceptor(Options.Create(new ClientCompressionOptions { Methods = { "*" } })),
            _ => new ClientTimingInterceptor().For("a.*"),
        };
        Call(interceptor, table, 0, 2000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Call(interceptor, table, 2000, Names);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Bound);
        GC.KeepAlive(interceptor);
    }

    private static ResilienceInterceptor Resilient(ResilienceOptions options) => new(Options.Create(options));

    private static void Call(Interceptor interceptor, string table, int from, int to)
    {
        var response = new ProbeResponse();
        for (var i = from; i < to; i++)
        {
            var byHost = table.EndsWith("host", StringComparison.Ordinal);
            var method = new Method<ProbeRequest, ProbeResponse>(
                MethodType.Unary, byHost ? "a.S" : $"a.S{i}", "M",
                Marshallers.Create(static _ => Array.Empty<byte>(), static _ => new ProbeRequest()),
                Marshallers.Create(static _ => Array.Empty<byte>(), static _ => new ProbeResponse()));
            interceptor.BlockingUnaryCall(
                new ProbeRequest(), new ClientInterceptorContext<ProbeRequest, ProbeResponse>(method, byHost ? $"h{i}" : null, default),
                (_, _) => response);
        }
    }

    private sealed class Silent : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
