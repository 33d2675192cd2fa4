using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Interceptors.Standins.Tests;

/// <summary>Telemetry listens from the host's start until its disposal.</summary>
public sealed class HostedTelemetryTest : IDisposable
{
    private readonly string _name = $"test-{Guid.NewGuid()}";
    private readonly ActivitySource _source;
    private readonly Meter _meter;
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

    public HostedTelemetryTest()
    {
        _source = new ActivitySource(_name);
        _meter = new Meter(_name);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Traces_are_heard_from_start_to_disposal()
    {
        _builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(_name));
        var host = _builder.Build();
        Assert.False(_source.HasListeners());

        await host.StartAsync(Cancelled);
        Assert.True(_source.HasListeners());

        await host.StopAsync(Cancelled);
        host.Dispose();
        Assert.False(_source.HasListeners());
    }

    [Fact]
    public async Task Measurements_are_heard_from_start_to_disposal()
    {
        var counter = _meter.CreateCounter<int>("count");
        var heard = new HeardMetrics();
        _builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(_name).AddReader(new BaseExportingMetricReader(heard)));
        var host = _builder.Build();
        Assert.False(counter.Enabled);

        await host.StartAsync(Cancelled);
        Assert.True(counter.Enabled);
        counter.Add(1);

        await host.StopAsync(Cancelled);
        host.Dispose();
        Assert.False(counter.Enabled);
        Assert.Contains("count", heard.Names);
    }

    [Fact]
    public async Task Logs_reach_the_processors()
    {
        var heard = new HeardLogs();
        _builder.Services.AddOpenTelemetry().WithLogging(logging => logging.AddProcessor(heard));
        using var host = _builder.Build();
        await host.StartAsync(Cancelled);

        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(_name);
        logger.Log(LogLevel.Warning, 0, "state", null, (state, _) => state);

        Assert.Contains(_name, heard.Categories);
    }

    [Fact]
    public async Task Options_of_the_logger_are_applied()
    {
        var applied = false;
        _builder.Services.AddOpenTelemetry().WithLogging(null, options => applied = true);
        using var host = _builder.Build();

        await host.StartAsync(Cancelled);

        Assert.True(applied);
    }

    [Fact]
    public void Without_a_host_the_initializer_builds_the_providers()
    {
        _builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(_name));
        using var services = _builder.Services.BuildServiceProvider();

        services.GetRequiredService<ITelemetryHostInitializer>().Initialize();

        Assert.True(_source.HasListeners());
    }

    private sealed class HeardMetrics : BaseExporter<Metric>
    {
        public List<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Names.Add(metric.Name);
            }

            return ExportResult.Success;
        }
    }

    private sealed class HeardLogs : BaseProcessor<LogRecord>
    {
        public List<string?> Categories { get; } = [];

        public override void OnEnd(LogRecord data) => Categories.Add(data.CategoryName);
    }
}
