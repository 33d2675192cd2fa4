using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdServiceRegistryTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Theory]
    [InlineData(EndpointFormat.Plain, "weight, zone")]
    [InlineData(EndpointFormat.EtcdNaming, null)]
    public async Task What_the_format_does_not_carry_is_warned_of(EndpointFormat format, string? lost)
    {
        using var logs = new LogCapture();
        using var loggers = logs.Factory();
        var options = _etcd.Options();
        options.Format = format;
        await using var registry = new EtcdServiceRegistry(options, loggers);
        var metadata = new Dictionary<string, string>
        {
            [EndpointMetadata.Weight] = "7",
            [EndpointMetadata.Zone] = "z",
            [EndpointMetadata.Scheme] = "grpcs",
        };

        await using var registration = registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("host", 80, metadata)));

        Assert.Equal(lost, logs.Named("MetadataNotCarried").SingleOrDefault()?.Fields["Lost"]);
    }

    [Fact]
    public async Task An_instance_stands_under_its_key_as_plain_text_until_it_is_disposed()
    {
        var options = _etcd.Options();
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(new ServiceInstance("user", new("127.0.0.1", 9999), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        Assert.Equal($"{options.Prefix}user/1\n127.0.0.1:9999", await _etcd.CtlAsync("get", "--prefix", options.Prefix));
        Assert.Null(registration.Problem);

        await registration.DisposeAsync();
        await registration.DisposeAsync();
        Assert.Equal("", await _etcd.CtlAsync("get", "--prefix", options.Prefix));
        Assert.Equal(RegistrationState.Stopped, registration.State);
    }

    [Fact]
    public async Task The_id_is_the_address_by_default()
    {
        var options = _etcd.Options();
        await using var registry = new EtcdServiceRegistry(options);
        await registry.Register(new ServiceInstance("team/user", new("::1", 80))).WaitForAsync(RegistrationState.Registered);

        Assert.Equal($"{options.Prefix}team/user/[::1]:80\n[::1]:80", await _etcd.CtlAsync("get", "--prefix", options.Prefix));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_the_registry_deregisters_everything(bool asynchronously)
    {
        var options = _etcd.Options();
        var registry = new EtcdServiceRegistry(options);
        var registrations = Enumerable.Range(1, 5).Select(i => registry.Register(new ServiceInstance("user", new("10.0.0.1", i)))).ToList();
        foreach (var registration in registrations)
            await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        if (asynchronously)
            await registry.DisposeAsync();
        else
            registry.Dispose();
        Assert.Equal("", await _etcd.CtlAsync("get", "--prefix", options.Prefix));
        Assert.All(registrations, r => Assert.Equal(RegistrationState.Stopped, r.State));
        Assert.Throws<ObjectDisposedException>(() => registry.Register(new ServiceInstance("user", new("10.0.0.1", 1))));
    }

    [Theory]
    [InlineData("10.0.0.2:80", "1")]
    [InlineData("10.0.0.1:80", "2")]
    public async Task An_id_or_an_address_that_is_registered_already_is_refused_until_that_is_disposed(string address, string id)
    {
        await using var registry = new EtcdServiceRegistry(_etcd.Options());
        var first = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        var second = new ServiceInstance("user", DiscoveryEndpoint.Parse(address), id);
        var error = Assert.Throws<InvalidOperationException>(() => registry.Register(second));
        Assert.Contains("user/1 at 10.0.0.1:80", error.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        await registry.Register(second).WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
    }

    [Fact]
    public async Task The_states_are_a_stream_that_ends_when_it_is_stopped()
    {
        await using var registry = new EtcdServiceRegistry(_etcd.Options());
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80)));
        await using var states = registration.ReadStatesAsync().GetAsyncEnumerator();
        Assert.True(await states.MoveNextAsync());
        if (states.Current == RegistrationState.Registering)
            Assert.True(await states.MoveNextAsync());
        Assert.Equal(RegistrationState.Registered, states.Current);

        await registration.DisposeAsync();
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(RegistrationState.Stopped, states.Current);
        Assert.False(await states.MoveNextAsync());
    }

    [Fact]
    public async Task A_key_that_another_deletes_is_put_back()
    {
        var options = _etcd.Options();
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(options, logs.Factory(LogLevel.Information));
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await watching.UntilFreshAsync("10.0.0.1:80");

        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await _etcd.CtlAsync("del", options.Prefix + "user/1");
        await Eventually.True(() => logs.Lines.Count(l => l.Event.Id == 3100) == 2, "it is registered again");

        Assert.Equal("10.0.0.1:80", await _etcd.CtlAsync("get", "--print-value-only", options.Prefix + "user/1"));
        Assert.Equal([3100, 3101, 3100], logs.Lines.Select(l => l.Event.Id));
    }

    [Fact]
    public async Task A_key_that_another_changes_is_put_right()
    {
        var options = _etcd.Options();
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.6.6.6:80");
        await watching.UntilFreshAsync("10.0.0.1:80");
        await Eventually.True(() => registration.State == RegistrationState.Registered, "it is registered again");
    }

    [Fact]
    public async Task A_revoked_lease_is_replaced_and_the_key_is_the_same()
    {
        var options = _etcd.Options();
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        var lease = await LeaseOfAsync(options, options.Prefix + "user/1");
        await _etcd.CtlAsync("lease", "revoke", lease.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        await Eventually.True(
            () => registration.State == RegistrationState.Registered
                && LeaseOfAsync(options, options.Prefix + "user/1").Result is var now && now != 0 && now != lease,
            "it has a new lease");
        await watching.UntilFreshAsync("10.0.0.1:80");
        Assert.Equal($"{options.Prefix}user/1\n10.0.0.1:80", await _etcd.CtlAsync("get", "--prefix", options.Prefix));
    }

    [Fact]
    public async Task The_lease_is_kept_alive_beyond_its_time_without_touching_the_key()
    {
        var options = _etcd.Options(o => o.LeaseTtl = TimeSpan.FromSeconds(2));
        await using var registry = new EtcdServiceRegistry(options);
        await registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"))
            .WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        using var client = new EtcdClient(options);
        var before = (await client.GetAsync(options.Prefix + "user/1", CancellationToken.None)).Kvs.Single();

        await Task.Delay(TimeSpan.FromSeconds(5));
        var after = (await client.GetAsync(options.Prefix + "user/1", CancellationToken.None)).Kvs.Single();
        Assert.Equal((before.ModRevision, before.Lease), (after.ModRevision, after.Lease));
    }

    [Fact]
    public async Task An_instance_that_took_over_the_id_keeps_the_key_when_the_old_one_stops()
    {
        // The old one is cut off, so that it does not notice, and waits long before it looks again.
        await using var wire = new Wire(_etcd.Endpoint);
        var options = _etcd.Options(o =>
            (o.Endpoints[0], o.LeaseTtl, o.RetryDelay, o.MaxRetryDelay) =
                (wire.Endpoint, TimeSpan.FromHours(1), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)));
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        wire.Cut();
        await registration.WaitForAsync(RegistrationState.Repairing).WaitAsync(Watching.Bound);
        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.2:80");

        wire.Mend();
        await registration.DisposeAsync();
        Assert.Equal("10.0.0.2:80", await _etcd.CtlAsync("get", "--print-value-only", options.Prefix + "user/1"));
    }

    private static async Task<long> LeaseOfAsync(EtcdOptions options, string key)
    {
        using var client = new EtcdClient(options);
        return (await client.GetAsync(key, CancellationToken.None)).Kvs.SingleOrDefault()?.Lease ?? 0;
    }
}
