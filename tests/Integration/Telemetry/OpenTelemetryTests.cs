using System.Diagnostics;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Interceptors.Integration.Tests;

/// <summary>The real SDK hears what the instrumentation helper promises.</summary>
public sealed class OpenTelemetryTests
{
    [Fact]
    public async Task Spans_and_durations_of_both_sides_are_exported()
    {
        var spans = new Exported<Activity>();
        var metrics = new Exported<Metric>();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddNamedClient("probe").AddStandardInterceptors();
            services.AddOpenTelemetry()
                .WithTracing(tracing => tracing.AddInterceptorsInstrumentation().AddProcessor(new SimpleActivityExportProcessor(spans)))
                .WithMetrics(meters => meters.AddInterceptorsInstrumentation().AddReader(new BaseExportingMetricReader(metrics)));
        });
        var client = server.Client(channel => channel.Intercept(ClientInterceptorsOf.Client(server.Services, "probe")));

        // Activity sources belong to the process: the trace tells this call from those of other tests.
        using var trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C)
            .Start();
        await client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => Own().Count() == 2, "both spans end");
        server.Services.GetRequiredService<MeterProvider>().ForceFlush();

        Assert.Single(Own(), span => span.Source.Name == "Grpc.Net.Client");
        var handled = Assert.Single(Own(), span => span.Source.Name == "Microsoft.AspNetCore");
        Assert.NotNull(handled.GetTagItem("rpc.request.metadata.x-trace-id"));
        Assert.Equal(
            ["rpc.client.call.duration", "rpc.server.call.duration"],
            metrics.Items.Select(metric => metric.Name).Where(name => name.StartsWith("rpc.", StringComparison.Ordinal)).Order());

        IEnumerable<Activity> Own() => spans.Items.Where(span => span.TraceId == trace.TraceId);
    }
}
