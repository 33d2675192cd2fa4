using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdServiceConfigTests(SharedEtcd shared) : IClassFixture<SharedEtcd>, IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private readonly string _key = $"/config/{Guid.NewGuid():n}";
    private Backend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await Backend.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_key_is_read_before_connecting_ends_if_that_is_asked_for()
    {
        await PutAsync(shared.Etcd, Configured.Retries(3));
        using var client = new EtcdClient(shared.Etcd.Options());
        using var channel = Open(client);
        await channel.ConnectAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, await _backend.AttemptsAsync(channel));
    }

    [Fact]
    public async Task A_key_that_changes_under_load_fails_no_call_and_holds_for_the_next()
    {
        await PutAsync(shared.Etcd, Configured.Retries(2));
        using var client = new EtcdClient(shared.Etcd.Options());
        using var channel = Open(client);
        await channel.ConnectAsync(TestContext.Current.CancellationToken);
        await using (var load = new Load(channel.Invoker))
        {
            foreach (var attempts in new[] { 3, 4, 5, 2 })
            {
                await PutAsync(shared.Etcd, Configured.Retries(attempts));
                await load.MoreAsync(20);
            }

            load.AssertNoFailures();
        }

        await Eventually.True(() => _logs.Named("ServiceConfigApplied").Count >= 2, "a new version is applied");
        await PutAsync(shared.Etcd, Configured.Retries(4));
        await AppliesAsync(channel, 4);
    }

    [Fact]
    public async Task A_broken_value_and_a_deleted_key_leave_the_config_as_it_is()
    {
        await PutAsync(shared.Etcd, Configured.Retries(2));
        using var client = new EtcdClient(shared.Etcd.Options());
        using var channel = Open(client);
        await channel.ConnectAsync(TestContext.Current.CancellationToken);

        await PutAsync(shared.Etcd, "{\"methodConfig\":5}");
        await Eventually.True(() => _logs.Named("ServiceConfigRefused").Count == 1, "it is refused");
        await shared.Etcd.CtlAsync("del", _key);
        await Eventually.True(() => _logs.Named("ServiceConfigAway").Count == 1, "the key is missed");
        Assert.Equal(2, await _backend.AttemptsAsync(channel));

        await PutAsync(shared.Etcd, Configured.Retries(3));
        await AppliesAsync(channel, 3);
        Assert.Contains(
            "$.methodConfig is 5. Give a list.", Assert.Single(_logs.Named("ServiceConfigRefused")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no such key.", Assert.Single(_logs.Named("ServiceConfigAway")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_holds_while_etcd_is_away_and_the_key_once_it_is_there()
    {
        await using var etcd = EtcdProcess.Create();
        using var client = new EtcdClient(etcd.Options(o => o.RequestTimeout = TimeSpan.FromSeconds(1)));
        using var channel = Open(client, o =>
        {
            o.Json = Configured.Retries(3);
            o.WaitForEtcd = false;
        });
        await Eventually.True(() => _logs.Named("ServiceConfigAway").Count == 1, "etcd is missed");
        Assert.Equal(3, await _backend.AttemptsAsync(channel));

        await etcd.StartAsync();
        await PutAsync(etcd, Configured.Retries(4));
        await AppliesAsync(channel, 4);

        await etcd.RestartAsync();
        await PutAsync(etcd, Configured.Retries(2));
        await AppliesAsync(channel, 2);
    }

    [Fact]
    public async Task A_key_that_is_missing_at_the_start_is_an_answer()
    {
        using var client = new EtcdClient(shared.Etcd.Options());
        using var channel = Open(client);
        await channel.ConnectAsync(TestContext.Current.CancellationToken).WaitAsync(Watching.Bound, TestContext.Current.CancellationToken);

        Assert.Equal(1, await _backend.AttemptsAsync(channel));
    }

    [Fact]
    public async Task Connecting_that_waits_for_an_etcd_that_is_away_can_be_cancelled()
    {
        using var client = new EtcdClient(EtcdProcess.Create().Options());
        using var channel = Open(client);
        using var cancellation = new CancellationTokenSource();
        var connecting = channel.ConnectAsync(cancellation.Token);
        await Eventually.True(() => _logs.Named("ServiceConfigAway").Count == 1, "etcd is missed");
        Assert.False(connecting.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public void A_cluster_that_is_not_configured_is_an_error() =>
        Assert.Contains(
            "AddEtcdDiscovery", Assert.Throws<InvalidOperationException>(() => Open(client: null)).Message, StringComparison.Ordinal);

    private ConfiguredService Open(EtcdClient? client, Action<ServiceConfigOptions>? configure = null)
    {
        var options = new ServiceConfigOptions { EtcdKey = _key, WaitForEtcd = true };
        configure?.Invoke(options);
        return Configured.Open(_backend.Address, options, _logs.CreateLogger("test"), etcd: client);
    }

    private Task<string> PutAsync(EtcdProcess etcd, string json) => etcd.CtlAsync("put", _key, json);

    private async Task AppliesAsync(ConfiguredService channel, int attempts)
    {
        var seen = 0;
        await Eventually.True(
            () => (seen = _backend.AttemptsAsync(channel).GetAwaiter().GetResult()) == attempts, $"calls are made {attempts} times");
        Assert.Equal(attempts, seen);
    }
}
