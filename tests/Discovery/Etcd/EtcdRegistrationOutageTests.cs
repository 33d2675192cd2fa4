using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A registration while etcd goes away and comes back; each test has an etcd of its own.</summary>
public sealed class EtcdRegistrationOutageTests
{
    private static readonly ServiceInstance Instance = new("user", new DiscoveryEndpoint("10.0.0.1", 80), "1");

    [Fact]
    public async Task Etcd_down_at_start_delays_the_registration_and_says_why()
    {
        await using var etcd = EtcdProcess.Create();
        using var logs = new LogCapture();
        var options = etcd.Options();
        await using var registry = new EtcdServiceRegistry(options, logs.Factory(LogLevel.Information));
        var registration = registry.Register(Instance);
        await Eventually.True(() => registration.Problem is not null, "the problem is known");
        Assert.Equal(RegistrationState.Registering, registration.State);
        Assert.Contains(etcd.Endpoint, registration.Problem, StringComparison.Ordinal);

        await etcd.StartAsync();
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Assert.Null(registration.Problem);
        Assert.Equal([3102, 3100], logs.Lines.Select(l => l.Event.Id));
    }

    [Fact]
    public async Task An_etcd_that_comes_back_while_a_server_deregisters_loses_the_key()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options(o => (o.LeaseTtl, o.RequestTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20)));
        using var client = new EtcdClient(options);
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(Instance);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await etcd.KillAsync();
        var deregistration = registration.DisposeAsync().AsTask();
        await etcd.StartAsync();
        await deregistration.WaitAsync(Watching.Bound);

        Assert.Empty((await client.GetAsync(options.Prefix + "user/1", CancellationToken.None)).Kvs);
    }

    [Fact]
    public async Task A_restart_within_the_lease_is_seen_by_no_watcher()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(30));
        using var client = new EtcdClient(options);
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(Instance);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        var before = await client.GetAsync(options.Prefix + "user/1", CancellationToken.None);

        await etcd.KillAsync();
        await registration.WaitForAsync(RegistrationState.Repairing).WaitAsync(Watching.Bound);
        await etcd.StartAsync();
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        // The whole history since: not one event of the key.
        using var watch = await client.WatchKeyAsync(options.Prefix + "user/1", before.Header.Revision + 1, CancellationToken.None);
        await client.PutAsync(options.Prefix + "user/1", ByteString.CopyFromUtf8("end"), lease: 0, CancellationToken.None);
        var seen = (await watch.ReadAsync(CancellationToken.None))[0];
        Assert.Equal("end", seen.Kv.Value.ToStringUtf8());
        Assert.Equal(Event.Types.EventType.Put, seen.Type);
    }

    [Fact]
    public async Task After_the_lease_has_run_out_the_same_key_comes_back()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var wire = new Wire(etcd.Endpoint);
        var options = etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(2));
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var behindWire = etcd.Options(o => (o.Prefix, o.LeaseTtl, o.Endpoints[0]) = (options.Prefix, options.LeaseTtl, wire.Endpoint));
        await using var registry = new EtcdServiceRegistry(behindWire);
        var registration = registry.Register(Instance);
        await watching.UntilFreshAsync("10.0.0.1:80");
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        wire.Cut();
        await watching.UntilFreshAsync();
        Assert.Equal(RegistrationState.Repairing, registration.State);
        wire.Mend();
        await watching.UntilFreshAsync("10.0.0.1:80");
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Assert.Equal($"{options.Prefix}user/1\n10.0.0.1:80", await etcd.CtlAsync("get", "--prefix", options.Prefix));
    }

    [Fact]
    public async Task An_outage_is_one_warning_and_its_end_one_line()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(
            etcd.Options(o => o.MaxRetryDelay = TimeSpan.FromMilliseconds(20)), logs.Factory());
        var registration = registry.Register(Instance);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await etcd.KillAsync();
        await Eventually.True(() => logs.Lines.Count(l => l.Event.Id == 3103) > 20, "it tries more than 20 times");
        await etcd.StartAsync();
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        Assert.Equal([3100, 3101, 3100], logs.Lines.Where(l => l.Level >= LogLevel.Information).Select(l => l.Event.Id));
    }

    [Fact]
    public async Task Deregistering_while_etcd_is_down_ends_within_the_bound_and_says_that_the_key_stays_a_while()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var logs = new LogCapture();
        var options = etcd.Options(o => o.RequestTimeout = TimeSpan.FromSeconds(1));
        await using var registry = new EtcdServiceRegistry(options, logs.Factory(LogLevel.Information));
        var registration = registry.Register(Instance);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await etcd.KillAsync();

        await registration.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(RegistrationState.Stopped, registration.State);
        Assert.Contains(logs.Lines, l => l.Event.Id == 3106);
    }

    [Fact]
    public async Task Disposing_before_it_was_ever_registered_ends_promptly()
    {
        await using var etcd = EtcdProcess.Create();
        await using var registry = new EtcdServiceRegistry(etcd.Options(o => o.RetryDelay = o.MaxRetryDelay = TimeSpan.FromMinutes(10)));
        var registration = registry.Register(Instance);
        await Eventually.True(() => registration.Problem is not null, "it has tried");

        await registration.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => registration.WaitForAsync(RegistrationState.Registered));
    }
}
