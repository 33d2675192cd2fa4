using System.Collections.Concurrent;
using System.Globalization;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryMetricsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly MeterCapture _meters = new(DiscoveryTelemetry.MeterName);
    private readonly ResolvedTargets _followed;
    private readonly DiscoveryMetrics _metrics;

    public DiscoveryMetricsTests()
    {
        _followed = new ResolvedTargets(_time);
        _metrics = new DiscoveryMetrics(_followed, _meters);
    }

    [Fact]
    public void Endpoints_are_counted_for_each_target()
    {
        _followed.Follow("etcd:///user").OnSnapshot(Fresh("a", "b"), inUse: 2);
        _followed.Follow("etcd://other/user").OnSnapshot(Fresh("a"), inUse: 1);

        Assert.Equal(["etcd:///user: 2", "etcd://other/user: 1"], Gauge("interceptors.discovery.endpoints", "server.address"));
    }

    [Fact]
    public void A_service_is_shown_until_its_last_channel_leaves()
    {
        var (one, two) = (_followed.Follow("etcd:///user"), _followed.Follow("etcd:///user"));
        Assert.Same(one, two);
        one.Leave();
        Assert.Single(Gauge("interceptors.discovery.endpoints", "server.address"));
        two.Leave();

        Assert.Empty(Gauge("interceptors.discovery.endpoints", "server.address"));
    }

    [Fact]
    public void The_age_of_a_list_is_zero_while_it_is_fresh_and_counts_from_its_last_confirmation_when_it_is_not()
    {
        var user = _followed.Follow("etcd:///user");
        user.OnSnapshot(Fresh("a"), inUse: 1);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["etcd:///user: 0"], Gauge("interceptors.discovery.list.age", "server.address"));

        var away = _time.GetUtcNow();
        user.OnSnapshot(Fresh("a").AsStale(away, "away"), inUse: 1);
        _time.Advance(TimeSpan.FromSeconds(7));
        user.OnSnapshot(Fresh("a").AsStale(away, "still away"), inUse: 1);
        Assert.Equal(["etcd:///user: 7"], Gauge("interceptors.discovery.list.age", "server.address"));
    }

    [Fact]
    public void The_age_of_a_list_that_never_came_counts_from_the_start()
    {
        _followed.Follow("etcd:///user");
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["etcd:///user: 3"], Gauge("interceptors.discovery.list.age", "server.address"));
    }

    [Fact]
    public void The_age_of_a_list_from_disk_counts_from_its_confirmation_in_the_earlier_process()
    {
        var user = _followed.Follow("etcd:///user");
        user.OnLastKnown(Fresh("a").AsStale(_time.GetUtcNow().AddHours(-1), "old"));
        user.OnSnapshot(Fresh().AsStale(_time.GetUtcNow(), "away"), inUse: 1);

        Assert.Equal(["etcd:///user: 3600"], Gauge("interceptors.discovery.list.age", "server.address"));
    }

    [Fact]
    public void Reconnects_reloads_and_rejected_registrations_are_counted_by_service()
    {
        _metrics.Reconnected("user");
        _metrics.Reloaded("user");
        _metrics.Rejected("user");

        foreach (var name in new[] { "watch.reconnects", "reloads", "rejected_registrations" })
            Assert.Equal("user", Assert.Single(_meters.Of($"interceptors.discovery.{name}")).Tags["interceptors.discovery.service"]);
    }

    [Fact]
    public async Task A_containers_registry_reports_its_registrations()
    {
        using var meters = new MeterCapture(DiscoveryTelemetry.MeterName);
        await using var services = new ServiceCollection().AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(meters)
            .AddInMemoryDiscovery().BuildServiceProvider();

        var registration = services.GetRequiredService<IServiceRegistry>()
            .Register(new ServiceInstance("user", DiscoveryEndpoint.Parse("a:1")));

        Assert.Contains(meters.Observe("interceptors.discovery.registrations"), one => one.Value == 1);
        await registration.DisposeAsync();
    }

    [Fact]
    public async Task Registrations_are_shown_by_state_until_they_stop()
    {
        var registration = new InMemoryServiceRegistry().Register(new ServiceInstance("user", DiscoveryEndpoint.Parse("a:1")));
        _metrics.Registered(registration);
        Assert.Equal(["registered: 1"], Gauge("interceptors.discovery.registrations", "interceptors.discovery.registration.state"));
        await registration.DisposeAsync();

        Assert.Empty(Gauge("interceptors.discovery.registrations", "interceptors.discovery.registration.state"));
    }

    [Fact]
    public async Task An_update_is_timed_once_a_channel_uses_it_and_the_first_list_is_not()
    {
        var source = new ScriptedSource();
        var told = new ConcurrentQueue<Resolution>();
        var options = new DiscoveryResolverOptions { DebounceTime = TimeSpan.Zero };
        using var resolver = new DiscoveryResolver(source, "user", options, NullLogger.Instance)
        {
            Metrics = _metrics,
            Follow = () => _followed.Follow("etcd:///user"),
        };
        resolver.Start(told.Enqueue);
        source.Publish("a:1");
        await Eventually.True(() => told.Count == 1, "the first list is told");
        source.Publish("b:1");
        await Eventually.True(() => _meters.Of("interceptors.discovery.update.duration").Count > 0, "the update is timed");
        source.PublishStale("away", "c:1");
        await Eventually.True(() => told.Count == 3, "the stale list is told");
        await Eventually.True(
            () => Gauge("interceptors.discovery.endpoints", "server.address") is ["etcd:///user: 1"], "its endpoint is counted");

        var update = Assert.Single(_meters.Of("interceptors.discovery.update.duration"));
        Assert.Equal("user", update.Tags["interceptors.discovery.service"]);
        Assert.InRange(update.Value, 0, 60);
    }

    [Fact]
    public async Task Channels_of_a_container_show_in_its_meters_from_their_first_call_to_their_end()
    {
        await using var backend = await Backend.StartAsync();
        var registry = new InMemoryServiceRegistry();
        registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(backend.Address)));
        await using var services = new ServiceCollection()
            .AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_meters)
            .AddInMemoryDiscovery(registry)
            .BuildServiceProvider();
        var channel = services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel("memory:///user");
        Assert.Empty(Gauge("interceptors.discovery.endpoints", "server.address"));
        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));
        await Eventually.True(
            () => Gauge("interceptors.discovery.endpoints", "server.address") is ["memory:///user: 1"], "the endpoint is counted");
        await channel.ShutdownAsync();

        await Eventually.True(() => Gauge("interceptors.discovery.endpoints", "server.address").Count == 0, "it is not shown any more");
    }

    public void Dispose() => _meters.Dispose();

    private List<string> Gauge(string instrument, string tag) =>
        [.. _meters.Observe(instrument).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Tags[tag]}: {m.Value}"))];

    private static EndpointSnapshot Fresh(params string[] hosts) =>
        EndpointSnapshot.Create("user", hosts.Select(h => new DiscoveryEndpoint(h, 1)));
}
