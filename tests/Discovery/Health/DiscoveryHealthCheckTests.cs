using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryHealthCheckTests
{
    private readonly ManualTime _time = new();
    private readonly ResolvedTargets _followed;
    private readonly DiscoveryHealthOptions _options = new();

    public DiscoveryHealthCheckTests() => _followed = new ResolvedTargets(_time);

    [Fact]
    public async Task Nothing_followed_is_healthy() => Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

    [Fact]
    public async Task An_outage_is_reported_once_it_lasts_longer_than_the_option_says_with_service_moment_and_reason()
    {
        var user = Follow("etcd:///user");
        Follow("etcd:///order");
        user.OnSnapshot(Fresh("a:1").AsStale(_time.GetUtcNow(), "no route to etcd"), inUse: 1);
        _time.Advance(_options.StaleAfter);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        var result = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Contains(
            "etcd:///user: 1 endpoint in use, not confirmed since 2030-01-01T00:00:00", result.Description, StringComparison.Ordinal);
        Assert.Contains("no route to etcd", result.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("order", result.Description, StringComparison.Ordinal);
        Assert.Equal(["etcd:///order", "etcd:///user"], result.Data.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_end_of_an_outage_is_healthy_at_once()
    {
        var user = Follow("etcd:///user");
        user.OnSnapshot(Fresh("a:1").AsStale(_time.GetUtcNow(), "away"), inUse: 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        user.OnSnapshot(Fresh(), inUse: 0);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
    }

    [Fact]
    public async Task A_registry_that_never_answers_is_reported_too()
    {
        _followed.Follow("etcd:///user");
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("has not answered", (await CheckAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_from_disk_does_not_make_an_outage_longer_than_it_is()
    {
        var user = _followed.Follow("etcd:///user");
        user.OnLastKnown(Fresh("a:1").AsStale(_time.GetUtcNow().AddDays(-1), "old"));

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
    }

    [Fact]
    public async Task The_status_of_an_outage_is_the_registrations()
    {
        _followed.Follow("etcd:///user");
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(HealthStatus.Unhealthy)).Status);
    }

    [Fact]
    public async Task It_is_added_by_name_with_options_of_its_own()
    {
        await using var services = new ServiceCollection().AddLogging().AddHealthChecks()
            .AddDiscovery()
            .AddDiscovery(o => o.StaleAfter = TimeSpan.Zero, "strict", HealthStatus.Unhealthy, ["ready"])
            .Services.BuildServiceProvider();
        services.GetRequiredService<ResolvedTargets>().Follow("etcd:///user");
        HealthReport? report = null;
        while (report?.Status is null or HealthStatus.Healthy)
            report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["strict"].Status);
        Assert.Equal(["ready"], report.Entries["strict"].Tags);
        Assert.Equal(HealthStatus.Healthy, report.Entries["discovery"].Status);
    }

    [Fact]
    public void A_bad_option_is_refused_by_name()
    {
        using var services = new ServiceCollection().AddLogging().AddHealthChecks()
            .AddDiscovery(o => o.StaleAfter = TimeSpan.FromSeconds(-1)).Services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("DiscoveryHealthOptions.StaleAfter is -00:00:01. Give", error.Message, StringComparison.Ordinal);
    }

    private ResolvedTarget Follow(string target)
    {
        var service = _followed.Follow(target);
        service.OnSnapshot(Fresh("a:1"), inUse: 1);
        return service;
    }

    private Task<HealthCheckResult> CheckAsync(HealthStatus failureStatus = HealthStatus.Degraded)
    {
        var check = new DiscoveryHealthCheck(_followed, _options);
        return check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("discovery", check, failureStatus, tags: null),
        });
    }

    private static EndpointSnapshot Fresh(params string[] addresses) =>
        EndpointSnapshot.Create("user", addresses.Select(DiscoveryEndpoint.Parse));
}
