using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A key that another process holds, under a lease that lives.</summary>
public sealed class HeldKeyTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Fact]
    [Trait("case", "discovery 10")]
    public async Task The_second_of_two_processes_with_one_id_says_who_holds_it_and_waits_until_that_one_has_gone()
    {
        using var logs = new LogCapture();
        using var firstLogs = new LogCapture();
        var options = _etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(2));
        await using var firstRegistry = new EtcdServiceRegistry(options, firstLogs.Factory());
        await using var secondRegistry = new EtcdServiceRegistry(options, logs.Factory());
        var first = firstRegistry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await first.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        var revision = await KeyAsync(options);

        var second = secondRegistry.Register(new ServiceInstance("user", new("10.0.0.2", 80), "1"));
        await Eventually.True(() => logs.Named("KeyHeldByAnother").Count > 0, "it says so");
        var beats = TimeSpan.FromSeconds(4);
        var since = TimeProvider.System.GetTimestamp();
        await Eventually.True(() => TimeProvider.System.GetElapsedTime(since) > beats, "several signs of life are due");
        Assert.Equal(revision, await KeyAsync(options));
        Assert.Contains("10.0.0.1:80", second.Problem, StringComparison.Ordinal);
        Assert.Contains("ServiceRegistrationOptions.Id", Assert.Single(logs.Named("KeyHeldByAnother")).Message, StringComparison.Ordinal);
        Assert.Empty(firstLogs.Named("RegistrationBroken"));
        Assert.Equal(RegistrationState.Registered, first.State);

        await first.DisposeAsync();
        await second.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Assert.Contains("10.0.0.2:80", await KeyAsync(options), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "discovery 10")]
    public async Task A_process_that_comes_back_after_a_crash_is_registered_while_its_old_lease_still_lives()
    {
        var options = _etcd.Options();
        var lease = (await _etcd.CtlAsync("lease", "grant", "600")).Split(' ')[1];
        await _etcd.CtlAsync("put", $"--lease={lease}", options.Prefix + "user/1", "10.0.0.1:80");
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await _etcd.CtlAsync("lease", "revoke", lease);
        Assert.Contains("10.0.0.1:80", await KeyAsync(options), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "discovery 10")]
    public async Task Of_two_live_processes_with_one_address_the_later_one_is_registered_and_the_earlier_one_says_why_it_is_not()
    {
        var options = _etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(2));
        await using var firstRegistry = new EtcdServiceRegistry(options);
        var first = firstRegistry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await first.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await using var laterRegistry = new EtcdServiceRegistry(options);
        var later = laterRegistry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await later.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await Eventually.True(
            () => first.Problem?.Contains("AdvertisedHost", StringComparison.Ordinal) == true, "the earlier one says why");
        var revision = await KeyAsync(options);
        var since = TimeProvider.System.GetTimestamp();
        var beats = TimeSpan.FromSeconds(3);
        await Eventually.True(() => TimeProvider.System.GetElapsedTime(since) > beats, "several signs of life are due");
        Assert.Equal(revision, await KeyAsync(options));

        await laterRegistry.DisposeAsync();
        await first.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
    }

    private Task<string> KeyAsync(EtcdOptions options) => _etcd.CtlAsync("get", "--write-out=fields", options.Prefix + "user/1")
        .ContinueWith(
            static read => string.Join('\n', read.Result.Split('\n').Where(line => line.StartsWith("\"Value", StringComparison.Ordinal)
                || line.StartsWith("\"ModRevision", StringComparison.Ordinal))), TaskScheduler.Default);
}
