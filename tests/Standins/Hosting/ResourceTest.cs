using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Interceptors.Standins.Tests;

public sealed class ResourceTest
{
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(
        new HostApplicationBuilderSettings { ApplicationName = "application", EnvironmentName = "Staging" });

    [Fact]
    public void ConfigureResource_describes_all_kinds_of_telemetry()
    {
        _builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("own")).WithTracing().WithMetrics().WithLogging();
        using var host = _builder.Build();

        Assert.Equal("own", Attribute(host.Services.GetRequiredService<TracerProvider>(), "service.name"));
        Assert.Equal("own", Attribute(host.Services.GetRequiredService<MeterProvider>(), "service.name"));
        Assert.Equal("own", Attribute(host.Services.GetRequiredService<LoggerProvider>(), "service.name"));
    }

    [Fact]
    public void An_application_is_described_by_its_name_and_environment()
    {
        _builder.AddOpenTelemetry().WithTracing();
        using var host = _builder.Build();

        var provider = host.Services.GetRequiredService<TracerProvider>();
        Assert.Equal("application", Attribute(provider, "service.name"));
        Assert.Equal("staging", Attribute(provider, "deployment.environment.name"));
    }

    [Fact]
    public void What_code_says_goes_before_the_application_s_name()
    {
        _builder.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("own")).WithTracing();
        _builder.AddOpenTelemetry();
        using var host = _builder.Build();

        Assert.Equal("own", Attribute(host.Services.GetRequiredService<TracerProvider>(), "service.name"));
    }

    private static object Attribute(BaseProvider provider, string key) =>
        provider.GetResource().Attributes.Single(attribute => attribute.Key == key).Value;
}
