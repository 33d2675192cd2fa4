using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class TimingSpanTests : IDisposable
{
    // Its own, since the tests beside this one make spans of the same source.
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TimingSpanTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Microsoft.AspNetCore" or nameof(TimingSpanTests),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == _trace)
                    _spans.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(Ending.Return, "OK", null)]
    [InlineData(Ending.ThrowStatus, "NOT_FOUND", null)]
    [InlineData(Ending.ThrowException, "INTERNAL", "INTERNAL")]
    public async Task The_span_of_the_request_tells_method_and_status(Ending ending, string status, string? errorType)
    {
        var span = await SpanOfAsync(ending);

        Assert.Equal("grpc", span.GetTagItem("rpc.system.name"));
        Assert.Equal("interceptors.testing.Probe/Unary", span.GetTagItem("rpc.method"));
        Assert.Equal(status, span.GetTagItem("rpc.status_code"));
        Assert.Equal(errorType, span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_span_around_the_interceptors_is_left_alone()
    {
        using var source = new ActivitySource(nameof(TimingSpanTests));

        var span = await SpanOfAsync(Ending.Return, app => app.Use(async (_, next) =>
        {
            using var inner = source.StartActivity("inner");
            await next();
        }));

        Assert.Equal("OK", span.GetTagItem("rpc.status_code"));
        Assert.Null(_spans.Single(other => other.OperationName == "inner").GetTagItem("rpc.status_code"));
    }

    private async Task<Activity> SpanOfAsync(Ending ending, Action<WebApplication>? map = null)
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard(), map);
        var traceparent = new Metadata { { "traceparent", $"00-{_trace}-00f067aa0ba902b7-01" } };

        await server.Client().UnaryAsync(new ProbeRequest { Ending = ending }, traceparent).ResponseAsync
            .ContinueWith(static call => call.Exception, TaskScheduler.Default);

        await Eventually.True(() => _spans.Any(span => span.Kind == ActivityKind.Server), "the request's span has ended");
        return _spans.Single(span => span.Kind == ActivityKind.Server);
    }
}
