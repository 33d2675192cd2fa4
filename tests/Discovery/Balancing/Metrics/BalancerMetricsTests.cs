using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class BalancerMetricsTests
{
    [Fact]
    public async Task Endpoints_are_shown_by_state_and_channels_to_one_target_as_one()
    {
        var health = new HealthDouble();
        health.Set(HealthDouble.NotServing);
        await using var service = await DiscoveredService.StartAsync("memory", etcd: null, 100);
        await service.StartServerAsync(configure: health.Add);
        var one = service.Open(o => o.Balancing.HealthChecking = new HealthCheckingOptions());
        var two = service.Open(o => o.GzipRequests = true);
        await one.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);
        await two.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);

        await Eventually.True(() => (service.Endpoints("ready"), service.Endpoints("failing")) == (3, 1), "three of four are ready");

        await one.ShutdownAsync();
        await Eventually.True(() => (service.Endpoints("ready"), service.Endpoints("failing")) == (2, 0), "the closed channel is gone");
        await service.Backends[0].StopAsync();
        await Eventually.True(() => (service.Endpoints("ready"), service.Endpoints("failing")) == (1, 1), "the stopped server fails");
    }
}
