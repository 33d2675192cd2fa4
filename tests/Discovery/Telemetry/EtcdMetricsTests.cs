using System.Diagnostics.Metrics;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>What a real etcd brings about in the metrics.</summary>
public sealed class EtcdMetricsTests
{
    [Fact]
    public async Task Reloads_reconnects_and_rejected_registrations_are_counted_and_the_age_of_the_list_grows_while_etcd_is_down()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", backend.Address);
        await etcd.CtlAsync("put", $"{options.Prefix}user/2", "not an address");
        using var meters = new MeterCapture(DiscoveryTelemetry.MeterName);
        await using var services = new ServiceCollection()
            .AddSingleton<IMeterFactory>(meters)
            .AddEtcdDiscovery(etcd.Endpoint, o =>
            {
                EtcdOptionsFor.Quick(o);
                o.Prefix = options.Prefix;
            })
            .AddDiscoveryClient<Probe.ProbeClient>("etcd:///user").Services
            .BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();
        await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));
        Assert.Single(meters.Of("interceptors.discovery.reloads"));
        Assert.Single(meters.Of("interceptors.discovery.rejected_registrations"));
        Assert.Empty(meters.Of("interceptors.discovery.watch.reconnects"));

        await etcd.KillAsync();
        await Eventually.True(() => Age() > 0, "the list ages");
        await etcd.StartAsync();
        await Eventually.True(() => Age() == 0, "the list is confirmed");
        Assert.Single(meters.Of("interceptors.discovery.watch.reconnects"));
        Assert.All(
            meters.Of("interceptors.discovery.watch.reconnects"), m => Assert.Equal("user", m.Tags["interceptors.discovery.service"]));

        double Age() => meters.Observe("interceptors.discovery.list.age").Single().Value;
    }
}
