using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class MethodLevelTests
{
    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 37")]
    public async Task None_writes_no_line_even_to_a_logger_that_takes_everything_and_of_a_slow_call(CallKind kind)
    {
        var logger = new EagerLogger();
        var options = new ServerTimingOptions { SlowCallThreshold = TimeSpan.FromTicks(1) };
        options.MethodLevels["*"] = LogLevel.None;
        await using var server = await StartAsync(logger, options);

        await TwoHops.CallAsync(server.Client(), kind);
        // The interceptor reports before the response is complete.

        Assert.Empty(logger.Levels);
    }

    [Theory]
    [InlineData(LogLevel.Debug, LogLevel.Warning)]
    [InlineData(LogLevel.Warning, LogLevel.Warning)]
    [InlineData(LogLevel.Error, LogLevel.Error)]
    [Trait("case", "interceptors 37")]
    public async Task A_slow_call_raises_its_methods_level_to_Warning_and_never_lowers_it(LogLevel method, LogLevel line)
    {
        var logger = new EagerLogger();
        var options = new ServerTimingOptions { SlowCallThreshold = TimeSpan.FromTicks(1) };
        options.MethodLevels["*"] = method;
        await using var server = await StartAsync(logger, options);

        await TwoHops.CallAsync(server.Client(), CallKind.Unary);
        await Eventually.True(() => logger.Levels.Count > 0, "the call is logged");

        Assert.Equal([line], logger.Levels);
    }

    private static Task<ProbeServer> StartAsync(EagerLogger logger, ServerTimingOptions options) => ProbeServer.StartAsync(services =>
    {
        services.AddSingleton(new ServerTimingInterceptor(logger, Options.Create(options)));
        services.AddGrpc(static grpc => grpc.Interceptors.Add<ServerTimingInterceptor>());
    });

    /// <summary>A logger that is enabled at any level, None included, as some providers' are.</summary>
    private sealed class EagerLogger : ILogger<ServerTimingInterceptor>
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Levels)
                Levels.Add(logLevel);
        }
    }
}
