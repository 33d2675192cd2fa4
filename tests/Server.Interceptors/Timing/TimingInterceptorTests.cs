using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class TimingInterceptorTests : IAsyncLifetime
{
    private readonly MeterCapture _meters = new(TimingInterceptor.MeterName);
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton<IMeterFactory>(_meters);
            services.AddServerInterceptors().AddStandard();
        });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _meters.Dispose();
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_is_logged_and_measured_once_with_the_status_that_its_caller_saw(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.Client()).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(_server.Logs.Named("CallEnded"));
        Assert.Equal(seen, line.Fields["Status"]);
        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
        Assert.StartsWith("/interceptors.testing.Probe/", (string)line.Fields["Method"]!, StringComparison.Ordinal);
        Assert.StartsWith("ipv4:127.0.0.1:", (string)line.Fields["Peer"]!, StringComparison.Ordinal);
        Assert.Equal(line.Scope["x-trace-id"], line.Fields["TraceId"]);
        Assert.Equal(end is CallEnd.Deadline or CallEnd.AbandonedThenDeadline, line.Fields["Deadline"] is not null);
        var measured = Assert.Single(_meters.Of("rpc.server.call.duration"));
        Assert.InRange(measured.Value, 0.000001, 60);
    }

    [Theory]
    [InlineData(CallEnd.Success, LogLevel.Information, "OK", null)]
    [InlineData(CallEnd.Error, LogLevel.Information, "NOT_FOUND", null)]
    [InlineData(CallEnd.Exception, LogLevel.Error, "INTERNAL", "INTERNAL")]
    [InlineData(CallEnd.Deadline, LogLevel.Warning, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")]
    [InlineData(CallEnd.Cancellation, LogLevel.Information, "CANCELLED", null)]
    public async Task Level_and_tags_follow_the_status(CallEnd end, LogLevel level, string status, string? errorType)
    {
        await new CallDriver(_server.Client()).RunAsync(
            CallKind.Unary, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(level, Assert.Single(_server.Logs.Named("CallEnded")).Level);
        var tags = Assert.Single(_meters.Of("rpc.server.call.duration")).Tags;
        Assert.Equal("grpc", tags["rpc.system.name"]);
        Assert.Equal("interceptors.testing.Probe/Unary", tags["rpc.method"]);
        Assert.Equal(status, tags["rpc.response.status_code"]);
        Assert.Equal(errorType, tags.GetValueOrDefault("error.type"));
    }
}
