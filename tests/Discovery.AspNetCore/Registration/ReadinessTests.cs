using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class ReadinessTests
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly Health _health = new();

    [Fact]
    public async Task An_instance_that_becomes_unhealthy_withdraws_and_returns_when_it_is_healthy()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilFreshAsync(backend.Address);

        _health.Status = HealthStatus.Unhealthy;
        await watching.UntilFreshAsync();
        _health.Status = HealthStatus.Healthy;
        await watching.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task It_is_registered_for_the_first_time_when_it_is_healthy()
    {
        _health.Status = HealthStatus.Unhealthy;
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await UntilAskedAsync(5);
        Assert.Empty(backend.Services.GetRequiredService<IHostRegistrations>().Current);

        _health.Status = HealthStatus.Degraded;
        await watching.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task Fewer_failures_in_a_row_than_said_change_nothing()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilFreshAsync(backend.Address);

        var answers = 0;
        _health.Answer = _ => Task.FromResult(Interlocked.Increment(ref answers) % 3 == 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy);
        await UntilAskedAsync(30);
        Assert.DoesNotContain(watching.Seen.SkipWhile(s => s.Endpoints.IsEmpty), s => s.Endpoints.IsEmpty);
    }

    [Fact]
    public async Task Fewer_successes_in_a_row_than_said_change_nothing()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync(o => o.SuccessesToReturn = 3);
        await watching.UntilFreshAsync(backend.Address);
        _health.Status = HealthStatus.Unhealthy;
        await watching.UntilFreshAsync();
        var seen = watching.Seen.Count;

        var answers = 0;
        _health.Answer = _ => Task.FromResult(Interlocked.Increment(ref answers) % 3 == 0 ? HealthStatus.Unhealthy : HealthStatus.Healthy);
        await UntilAskedAsync(30);
        Assert.Equal(seen, watching.Seen.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_that_throws_or_never_ends_counts_as_unhealthy(bool throws)
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync(o => o.Timeout = TimeSpan.FromMilliseconds(50));
        await watching.UntilFreshAsync(backend.Address);

        _health.Answer = throws ? _ => throw new InvalidOperationException("broken") : _ => new TaskCompletionSource<HealthStatus>().Task;
        await watching.UntilFreshAsync();
        _health.Status = HealthStatus.Healthy;
        await watching.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task Only_checks_with_one_of_the_tags_decide()
    {
        var other = new Health { Status = HealthStatus.Unhealthy };
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync(
            o => o.Tags.Add("ready"), checks => checks.AddCheck("own", _health, tags: ["ready"]).AddCheck("other", other));
        await watching.UntilFreshAsync(backend.Address);

        await UntilAskedAsync(5);
        Assert.Equal(0, other.Asked);
    }

    [Fact]
    public async Task The_check_of_the_registrations_does_not_decide_about_them()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync(
            checks: checks => checks.AddCheck("own", _health).AddServiceRegistrations(failureStatus: HealthStatus.Unhealthy));

        await watching.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task A_paused_service_that_becomes_healthy_stays_out_until_it_is_resumed()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilFreshAsync(backend.Address);
        var registrations = backend.Services.GetRequiredService<IHostRegistrations>();
        await registrations.PauseAsync();
        _health.Status = HealthStatus.Unhealthy;
        await UntilAskedAsync(5);

        _health.Status = HealthStatus.Healthy;
        await UntilAskedAsync(5);
        Assert.Empty(registrations.Current);
        await registrations.ResumeAsync();
        await watching.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task A_host_without_health_checks_does_not_start_and_says_what_to_add()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry).AddServiceRegistration("user", o => o.Readiness.Enabled = true)));

        Assert.Contains("services.AddHealthChecks()", error.Message, StringComparison.Ordinal);
    }

    private Task<Backend> StartAsync(Action<ReadinessOptions>? configure = null, Action<IHealthChecksBuilder>? checks = null) =>
        Backend.StartAsync(services =>
        {
            (checks ?? (c => c.AddCheck("own", _health)))(services.AddHealthChecks());
            services.AddInMemoryDiscovery(_registry).AddServiceRegistration("user", o =>
            {
                o.DrainTime = TimeSpan.Zero;
                (o.Readiness.Enabled, o.Readiness.Interval) = (true, TimeSpan.FromMilliseconds(10));
                configure?.Invoke(o.Readiness);
            });
        });

    private Task UntilAskedAsync(int times)
    {
        var goal = _health.Asked + times;
        return Eventually.True(() => _health.Asked >= goal, $"it is asked {times} times more");
    }
}
