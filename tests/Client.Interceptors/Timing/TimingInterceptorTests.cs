using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client.Tests;

public sealed class TimingInterceptorTests : IAsyncLifetime
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

    [Fact]
    public async Task The_line_names_the_trace_id_that_was_sent_and_lies_in_the_callers_scope()
    {
        var client = _server.Client(channel => channel.Intercept(ClientInterceptors.Combine(new TraceMetadataInterceptor(), Interceptor())));

        using (_logs.Factory().CreateLogger("test").BeginScope(new Dictionary<string, object?> { ["order"] = 7 }))
            await client.UnaryAsync(new ProbeRequest(), new Metadata { { "x-trace-id", "abc" } });

        var line = Assert.Single(_logs.Lines);
        Assert.Equal("abc", line.Fields["TraceId"]);
        Assert.Equal(7, line.Scope["order"]);
    }

    [Fact]
    public async Task The_duration_is_measured_in_seconds_with_the_conventional_tags()
    {
        using var meters = new MeterCapture(TimingInterceptor.MeterName);
        var client = _server.Client(channel => channel.Intercept(new TimingInterceptor(meterFactory: meters)));

        await client.UnaryAsync(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }));

        var measured = meters.Of("rpc.client.call.duration");
        Assert.Equal(2, measured.Count);
        Assert.All(measured, measurement => Assert.InRange(measurement.Value, 0.000001, 60));
        Assert.Equal(
            [("rpc.method", "interceptors.testing.Probe/Unary"), ("rpc.response.status_code", "OK"), ("rpc.system.name", "grpc")],
            measured[0].Tags.Select(tag => (tag.Key, (string)tag.Value!)).Order());
        Assert.Equal("NOT_FOUND", measured[1].Tags["error.type"]);
    }

    private bool Logged(CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return _logs.Lines.Count > 0;
    }

    private TimingInterceptor Interceptor() => new(new Logger<TimingInterceptor>(_logs.Factory()));

    private Probe.ProbeClient Client() => _server.Client(channel => channel.Intercept(Interceptor()));
}
