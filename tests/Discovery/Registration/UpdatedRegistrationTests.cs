using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>What changes about an instance while it is registered, told by its process or by an operator.</summary>
public sealed class UpdatedRegistrationTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;
    private readonly EtcdOptions _options = shared.Etcd.Options(o => o.Format = EndpointFormat.EtcdNaming);

    private string Key => _options.Prefix + "user/1";

    private string OrderKey => "/discovery/control" + Key;

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task Other_metadata_is_put_under_the_same_key_and_lease_and_the_key_never_goes()
    {
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(_options, logs.Factory(Microsoft.Extensions.Logging.LogLevel.Information));
        await using var source = new EtcdEndpointSource(_options);
        await using var watching = new Watching(source, "user");
        var registration = registry.Register(Instance("3"));
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 3 }]);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        var lease = await LeaseAsync();

        await registration.UpdateAsync(new Dictionary<string, string> { ["weight"] = "7", ["zone"] = "b" }).WaitAsync(Watching.Bound);

        Assert.Equal("""{"Op":0,"Addr":"10.0.0.1:80","Metadata":"{\"weight\":\"7\",\"zone\":\"b\"}"}""", await ValueAsync());
        Assert.Equal((lease, 7), (await LeaseAsync(), registration.Instance.Endpoint.Weight));
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 7, Zone: "b" }]);
        Assert.DoesNotContain(watching.Seen.SkipWhile(s => s.Endpoints.IsEmpty), s => s.Endpoints.IsEmpty);
        Assert.Equal(["Registered", "RegistrationUpdated"], logs.Lines.Select(l => l.Event.Name));
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task Of_many_updates_at_once_the_last_one_stays_and_all_complete()
    {
        await using var registry = new EtcdServiceRegistry(_options);
        var registration = registry.Register(Instance("1"));

        await Task.WhenAll(Enumerable.Range(1, 50).Select(i => registration.UpdateAsync(Weight(i)))).WaitAsync(Watching.Bound);

        Assert.Contains("\\\"50\\\"", await ValueAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task An_update_while_etcd_is_away_is_made_when_it_is_back_and_fails_once_the_registration_has_stopped()
    {
        await using var wire = new Wire(_etcd.Endpoint);
        _options.Endpoints[0] = wire.Endpoint;
        await using var registry = new EtcdServiceRegistry(_options);
        var registration = registry.Register(Instance("1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        wire.Cut();
        await registration.WaitForAsync(RegistrationState.Repairing).WaitAsync(Watching.Bound);
        var updating = registration.UpdateAsync(Weight(9));
        Assert.False(updating.IsCompleted);

        wire.Mend();
        await updating.WaitAsync(Watching.Bound);
        Assert.Contains("\\\"9\\\"", await ValueAsync(), StringComparison.Ordinal);
        await registration.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => registration.UpdateAsync(Weight(10)));
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task In_memory_it_is_seen_at_once()
    {
        var registry = new InMemoryServiceRegistry();
        await using var watching = new Watching(registry, "user");
        var registration = registry.Register(Instance("1"));
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 1 }]);

        await registration.UpdateAsync(Weight(9));
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 9 }]);
        await registration.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => registration.UpdateAsync(Weight(10)));
        await watching.UntilFreshAsync();
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task An_operators_order_stands_over_what_the_process_says_until_it_is_taken_back()
    {
        await using var registry = new EtcdServiceRegistry(_options);
        await using var source = new EtcdEndpointSource(_options);
        await using var watching = new Watching(source, "user");
        await _etcd.CtlAsync("put", OrderKey, """{"weight":7,"tags":["canary"]}""");
        var registration = registry.Register(Instance("3"));
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 7, Tags: ["canary"] }]);

        await registration.UpdateAsync(new Dictionary<string, string> { ["weight"] = "5", ["zone"] = "z" }).WaitAsync(Watching.Bound);
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 7, Zone: "z" }]);
        await _etcd.CtlAsync("del", OrderKey);
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 5, Zone: "z", Tags: [] }]);
    }

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task A_paused_instance_goes_and_stays_out_over_a_restart_and_comes_back_when_it_is_resumed()
    {
        using var logs = new LogCapture();
        await using (var before = new EtcdServiceRegistry(_options, logs.Factory()))
        {
            var registration = before.Register(Instance("3"));
            await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

            await _etcd.CtlAsync("put", OrderKey, """{"paused":true}""");
            await registration.WaitForAsync(RegistrationState.Paused).WaitAsync(Watching.Bound);
            Assert.Equal("", await ValueAsync());
            Assert.Contains("discovery resume user 1", registration.Problem, StringComparison.Ordinal);
            Assert.Single(logs.Named("RegistrationPaused"));
            await registration.UpdateAsync(Weight(4)).WaitAsync(Watching.Bound);
            Assert.Equal("", await ValueAsync());
        }

        await using var after = new EtcdServiceRegistry(_options);
        var again = after.Register(Instance("3"));
        await again.WaitForAsync(RegistrationState.Paused).WaitAsync(Watching.Bound);
        Assert.Equal("", await ValueAsync());

        await _etcd.CtlAsync("del", OrderKey);
        await again.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Assert.Contains("10.0.0.1:80", await ValueAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("case", "discovery 12")]
    [InlineData("nonsense")]
    [InlineData("""{"weight":0}""")]
    [InlineData("""{"zone":5}""")]
    [InlineData("""{"tags":["a,b"]}""")]
    public async Task An_order_that_cannot_be_read_is_said_and_changes_nothing(string order)
    {
        using var logs = new LogCapture();
        await _etcd.CtlAsync("put", OrderKey, order);
        await using var registry = new EtcdServiceRegistry(_options, logs.Factory());

        await registry.Register(Instance("3")).WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        Assert.Contains("\\\"3\\\"", await ValueAsync(), StringComparison.Ordinal);
        Assert.Equal(OrderKey, Assert.Single(logs.Named("OrderUnreadable")).Fields["OrderKey"]);
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task A_user_that_may_not_read_orders_registers_without_them()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await etcd.EnableAuthAsync("bob", "bobs-password", "/own/");
        var options = etcd.Options(o => (o.Username, o.Password, o.Prefix) = ("bob", "bobs-password", "/own/"));
        await etcd.CtlAsync("put", "/discovery/control/own/user/1", """{"paused":true}""");
        using var logs = new LogCapture();
        await using var registry = new EtcdServiceRegistry(options, logs.Factory(Microsoft.Extensions.Logging.LogLevel.Debug));

        await registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"))
            .WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        Assert.Single(logs.Named("OrdersRefused"));
        Assert.DoesNotContain(logs.Lines, l => l.Level > Microsoft.Extensions.Logging.LogLevel.Information);
    }

    private static ServiceInstance Instance(string weight) =>
        new("user", new DiscoveryEndpoint("10.0.0.1", 80, new Dictionary<string, string> { ["weight"] = weight }), "1");

    private static Dictionary<string, string> Weight(int weight) =>
        new() { ["weight"] = weight.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private Task<string> ValueAsync() => _etcd.CtlAsync("get", "--print-value-only", Key);

    private async Task<string> LeaseAsync() => (await _etcd.CtlAsync("get", "--write-out=fields", Key)).Split('\n')
        .Single(line => line.StartsWith("\"Lease", StringComparison.Ordinal));
}
