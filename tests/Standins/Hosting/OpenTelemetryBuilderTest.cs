using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Interceptors.Standins.Tests;

public sealed class OpenTelemetryBuilderTest
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public void The_builder_holds_the_services() => Assert.Same(_services, _services.AddOpenTelemetry().Services);

    [Fact]
    public void Every_method_returns_the_builder()
    {
        var builder = _services.AddOpenTelemetry();

        Assert.Same(builder, builder.ConfigureResource(resource => { }));
        Assert.Same(builder, builder.WithTracing());
        Assert.Same(builder, builder.WithTracing(tracing => { }));
        Assert.Same(builder, builder.WithMetrics());
        Assert.Same(builder, builder.WithMetrics(metrics => { }));
        Assert.Same(builder, builder.WithLogging());
        Assert.Same(builder, builder.WithLogging(logging => { }));
        Assert.Same(builder, builder.WithLogging(null, null));
    }

    [Fact]
    public void Adding_twice_adds_one_hosted_service()
    {
        _services.AddOpenTelemetry();
        _services.AddOpenTelemetry();

        Assert.Single(_services, service => service.ServiceType == typeof(IHostedService));
    }

    [Fact]
    public void The_hosted_service_starts_before_those_that_were_there()
    {
        _services.AddHostedService<Earlier>();
        _services.AddOpenTelemetry();

        var first = _services.First(service => service.ServiceType == typeof(IHostedService));
        Assert.NotEqual(typeof(Earlier), first.ImplementationType);
    }

    [Fact]
    public void Providers_exist_only_for_what_was_asked_for()
    {
        _services.AddOpenTelemetry().WithTracing();
        using var provider = _services.BuildServiceProvider();

        Assert.NotNull(provider.GetService<TracerProvider>());
        Assert.Null(provider.GetService<MeterProvider>());
        Assert.Null(provider.GetService<LoggerProvider>());
    }

    [Fact]
    public void No_callback_may_be_null()
    {
        var builder = _services.AddOpenTelemetry();

        Assert.Throws<ArgumentNullException>("configure", () => builder.ConfigureResource(null!));
        Assert.Throws<ArgumentNullException>("configure", () => builder.WithTracing(null!));
        Assert.Throws<ArgumentNullException>("configure", () => builder.WithMetrics(null!));
        Assert.Throws<ArgumentNullException>("configure", () => builder.WithLogging(null!));
        Assert.Throws<ArgumentNullException>("services", () => ((IServiceCollection)null!).AddOpenTelemetry());
        Assert.Throws<ArgumentNullException>("builder", () => ((IHostApplicationBuilder)null!).AddOpenTelemetry());
    }

    private sealed class Earlier : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
