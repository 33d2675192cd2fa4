using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class ClientTimingInterceptorTests : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _logs.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_is_logged_once_with_its_status(CallKind kind, CallEnd end)
    {
        var driver = new CallDriver(Client());

        var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => Logged(end), "the call is logged");
        var line = Assert.Single(_logs.Lines);
        Assert.Equal(seen, line.Fields["Status"]);
        Assert.StartsWith("/interceptors.testing.Probe/", (string)line.Fields["Method"]!, StringComparison.Ordinal);
        Assert.True((double)line.Fields["ElapsedMilliseconds"]! > 0);
        Assert.Equal(end is CallEnd.Deadline or CallEnd.AbandonedThenDeadline, line.Fields["Deadline"] is not null);
    }

    [Theory]
    [InlineData(CallEnd.Success, LogLevel.Debug)]
    [InlineData(CallEnd.Error, LogLevel.Debug)]
    [InlineData(CallEnd.Exception, LogLevel.Information)]
    [InlineData(CallEnd.Deadline, LogLevel.Information)]
    [InlineData(CallEnd.Cancellation, LogLevel.Debug)]
    public async Task The_level_follows_the_status(CallEnd end, LogLevel level)
    {
        await new CallDriver(Client()).RunAsync(
            CallKind.Unary, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(level, Assert.Single(_logs.Lines).Level);
    }

    [Fact]
    public void A_server_that_is_not_there_is_a_warning()
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:1");

        Assert.Throws<RpcException>(() => new Probe.ProbeClient(channel.Intercept(Interceptor())).Unary(new ProbeRequest()));

        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Lines).Level);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 7")]
    [Trait("case", "security 7")]
    public async Task A_text_of_the_server_is_one_bounded_line(CallKind kind)
    {
        // The server has none of the kit's interceptors; gRPC sends such a text as it is.
        _server.Observer.OnCall = _ => throw new RpcException(
            new Status(StatusCode.NotFound, "a\r\nfake: line\u001b[2J\u0085\u2028\u202e" + new string('x', 6000)));

        Assert.Equal(StatusCode.NotFound, await new CallDriver(Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        var line = Assert.Single(_logs.Named("CallEnded"));
        Assert.StartsWith("a  fake: line?[2J???xxx", (string)line.Fields["Detail"]!, StringComparison.Ordinal);
        Assert.InRange(line.Message.Length, 1000, 1500);
        Assert.DoesNotContain(line.Message, static c => char.IsControl(c) || c is '\u2028' or '\u202e');
    }

    [Fact]
    public async Task The_line_names_the_trace_id_that_was_sent_and_lies_in_the_callers_scope()
    {
        var client = _server.Client(
            channel => channel.Intercept(ClientInterceptors.Combine(new ClientTraceMetadataInterceptor(), Interceptor())));

        using (_logs.Factory().CreateLogger("test").BeginScope(new Dictionary<string, object?> { ["order"] = 7 }))
            await client.UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "abc" } });

        var line = Assert.Single(_logs.Lines);
        Assert.Equal("abc", line.Fields["TraceId"]);
        Assert.Equal(7, line.Scope["order"]);
    }

    [Fact]
    public async Task The_duration_is_measured_in_seconds_with_the_conventional_tags()
    {
        using var meters = new MeterCapture(ClientTimingInterceptor.MeterName);
        var client = _server.Client(channel => channel.Intercept(new ClientTimingInterceptor(meterFactory: meters)));

        await client.UnaryAsync(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }));

        var measured = meters.Of("rpc.client.call.duration");
        Assert.Equal(2, measured.Count);
        Assert.All(measured, measurement => Assert.InRange(measurement.Value, 0.000001, 60));
        Assert.Equal(
            [("rpc.method", "interceptors.testing.Probe/Unary"), ("rpc.status_code", "OK"), ("rpc.system.name", "grpc")],
            measured[0].Tags.Select(tag => (tag.Key, (string)tag.Value!)).Order());
        Assert.Equal("NOT_FOUND", measured[1].Tags["error.type"]);
    }

    [Fact]
    public async Task A_slow_call_is_a_warning_whatever_its_status()
    {
        await Client(new ClientTimingOptions { SlowCallThreshold = TimeSpan.FromTicks(1) }).UnaryAsync(new ProbeRequest());

        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Lines).Level);
    }

    [Fact]
    public async Task The_longest_pattern_decides_a_methods_level_and_None_is_no_line()
    {
        var client = Client(new ClientTimingOptions
        {
            MethodLevels =
            {
                ["*"] = LogLevel.None,
                ["interceptors.testing.Probe"] = LogLevel.Error,
                ["interceptors.testing.Probe/ServerStream"] = LogLevel.None,
            },
        });

        await client.UnaryAsync(new ProbeRequest());
        await new CallDriver(client).RunAsync(CallKind.ServerStreaming, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(LogLevel.Error, Assert.Single(_logs.Lines).Level);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task The_start_is_logged_when_asked_for(CallKind kind)
    {
        // In a group, which asks only those who have something to do when a call starts.
        var interceptor = ClientInterceptors.Combine(
            new ClientTraceMetadataInterceptor(), Interceptor(new ClientTimingOptions { LogStart = true }));
        var client = _server.Client(channel => channel.Intercept(interceptor));

        await new CallDriver(client).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(["CallStarted", "CallEnded"], _logs.Lines.Select(line => line.Event.Name));
    }

    [Fact]
    public async Task A_client_span_around_the_call_is_tagged_and_one_of_another_kind_is_not()
    {
        using var source = new ActivitySource("Interceptors.Client.Tests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var client = _server.Client(channel => channel.Intercept(new ClientTimingInterceptor()));

        using (var handler = source.StartActivity("handler", ActivityKind.Server))
        {
            using (var span = source.StartActivity("call", ActivityKind.Client))
            {
                await Assert.ThrowsAsync<RpcException>(
                    async () => await client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }));
                Assert.Equal("interceptors.testing.Probe/Unary", span!.GetTagItem("rpc.method"));
                Assert.Equal("NOT_FOUND", span.GetTagItem("rpc.status_code"));
                Assert.Equal("NOT_FOUND", span.GetTagItem("error.type"));
            }
            await client.UnaryAsync(new ProbeRequest());
            Assert.Empty(handler!.TagObjects);
        }
    }

    [Fact]
    public async Task While_nobody_listens_the_call_is_passed_on_as_it_is()
    {
        var client = _server.Client(
            channel => channel.Intercept(new ClientTimingInterceptor(new Logger<ClientTimingInterceptor>(_logs.Factory(LogLevel.None)))));

        using var call = client.ServerStream(new ProbeRequest());

        Assert.Equal("Grpc.Net.Client", call.ResponseStream.GetType().Assembly.GetName().Name);
        while (await call.ResponseStream.MoveNext(default))
        {
        }
    }

    [Theory]
    [InlineData("a b", LogLevel.Debug, "pattern")]
    [InlineData("a.B", (LogLevel)77, "no log level")]
    public void A_wrong_method_level_is_refused_by_name(string pattern, LogLevel level, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => new ClientTimingInterceptor(
            options: Options.Create(new ClientTimingOptions { MethodLevels = { [pattern] = level } })));

        Assert.Contains("ClientTimingOptions.MethodLevels", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_of_nothing_is_refused_by_name() =>
        Assert.Contains("ClientTimingOptions.SlowCallThreshold", Assert.Throws<ArgumentException>(() => new ClientTimingInterceptor(
            options: Options.Create(new ClientTimingOptions { SlowCallThreshold = TimeSpan.Zero }))).Message, StringComparison.Ordinal);

    private bool Logged(CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return _logs.Lines.Count > 0;
    }

    private ClientTimingInterceptor Interceptor(ClientTimingOptions? options = null) =>
        new(new Logger<ClientTimingInterceptor>(_logs.Factory()), options is null ? null : Options.Create(options));

    [Fact]
    [Trait("case", "interceptors 37")]
    public async Task A_method_without_a_line_has_none_even_for_a_logger_that_takes_every_level()
    {
        var logger = new EveryLevelLogger();
        var options = new ClientTimingOptions { SlowCallThreshold = TimeSpan.FromTicks(1), MethodLevels = { ["*"] = LogLevel.None } };
        var client = _server.Client(channel => channel.Intercept(
            new ClientTimingInterceptor(logger, Microsoft.Extensions.Options.Options.Create(options))));

        await client.UnaryAsync(new ProbeRequest());

        Assert.Empty(logger.Levels);
    }

    [Theory]
    [InlineData(LogLevel.Debug, LogLevel.Warning)]
    [InlineData(LogLevel.Error, LogLevel.Error)]
    [Trait("case", "interceptors 37")]
    public async Task A_slow_call_is_logged_at_Warning_or_at_the_methods_level_above_it(LogLevel level, LogLevel expected)
    {
        var options = new ClientTimingOptions { SlowCallThreshold = TimeSpan.FromTicks(1), MethodLevels = { ["*"] = level } };

        await Client(options).UnaryAsync(new ProbeRequest());

        Assert.Equal(expected, Assert.Single(_logs.Named("CallEnded")).Level);
    }

    private Probe.ProbeClient Client(ClientTimingOptions? options = null) =>
        _server.Client(channel => channel.Intercept(Interceptor(options)));

    private sealed class EveryLevelLogger : ILogger<ClientTimingInterceptor>
    {
        public ConcurrentQueue<LogLevel> Levels { get; } = new();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Levels.Enqueue(logLevel);
    }
}
