using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>An endpoint whose host is a name with several addresses, as a headless service of Kubernetes is.</summary>
public sealed class EtcdNamesTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly ConcurrentQueue<string> _asked = new();
    private volatile IPAddress[] _addresses = [];

    [Fact]
    public async Task Every_address_of_the_name_is_used_until_one_works()
    {
        await using var works = new Wire(shared.Etcd.Endpoint, "127.0.0.3");
        _addresses = [IPAddress.Parse("127.0.0.4"), IPAddress.Parse("127.0.0.5"), IPAddress.Parse("127.0.0.3")];
        for (var i = 0; i < 10; i++)
        {
            using var client = Client(works.Port);
            await client.PutAsync("/x", ByteString.CopyFromUtf8("1"), lease: 0, CancellationToken.None);
        }

        Assert.Equal(10, works.Connections);
        Assert.Equal(10, _asked.Count);
    }

    [Fact]
    public async Task Clients_spread_over_the_addresses()
    {
        await using var one = new Wire(shared.Etcd.Endpoint, "127.0.0.2");
        await using var two = new Wire(shared.Etcd.Endpoint, "127.0.0.3", one.Port);
        _addresses = [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];
        for (var i = 0; i < 100 && (one.Connections == 0 || two.Connections == 0); i++)
        {
            using var client = Client(one.Port);
            await client.GetAsync("/x", CancellationToken.None);
        }

        Assert.NotEqual(0, one.Connections);
        Assert.NotEqual(0, two.Connections);
    }

    [Fact]
    public async Task After_all_have_failed_the_name_is_resolved_again_so_that_members_that_moved_are_found()
    {
        await using var old = new Wire(shared.Etcd.Endpoint, "127.0.0.2");
        await using var moved = new Wire(shared.Etcd.Endpoint, "127.0.0.3", old.Port);
        _addresses = [IPAddress.Parse("127.0.0.2")];
        using var client = Client(old.Port, o => o.Prefix = "/names/");
        await using var source = new EtcdEndpointSource(client, ownsClient: false, loggerFactory: null);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();
        Assert.Equal(0, moved.Connections);

        _addresses = [IPAddress.Parse("127.0.0.3")];
        old.Cut();
        await Eventually.True(() => moved.Connections > 0, "it connects to the new address");
        await watching.UntilFreshAsync();
        Assert.All(_asked, name => Assert.Equal("etcd-headless.test", name));
    }

    [Fact]
    public async Task While_the_name_service_is_away_the_last_addresses_stay_in_use()
    {
        await using var wire = new Wire(shared.Etcd.Endpoint);
        _addresses = [IPAddress.Loopback];
        using var client = Client(wire.Port);
        await client.GetAsync("/x", CancellationToken.None);

        _addresses = [];
        wire.Cut();
        await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));
        await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));
        Assert.True(_asked.Count > 1, "the name was resolved again");
        wire.Mend();
        await client.GetAsync("/x", CancellationToken.None);
    }

    [Fact]
    public async Task A_name_that_has_no_address_is_an_error_that_shows_it_and_found_once_it_has_one()
    {
        using var client = Client(new Uri(shared.Etcd.Endpoint).Port);
        var error = await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));
        Assert.Contains("etcd Range of '/x' at http://etcd-headless.test:", error.Message, StringComparison.Ordinal);

        _addresses = [IPAddress.Loopback];
        await client.GetAsync("/x", CancellationToken.None);
    }

    [Fact]
    public async Task A_name_service_that_is_silent_is_given_up_within_the_bound_and_while_it_is_waited_for_can_be_cancelled()
    {
        var options = new EtcdOptions { Endpoints = { "http://silent.test:1" }, ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        using var client = new EtcdClient(options, resolve: (_, _) => new TaskCompletionSource<IPAddress[]>().Task);
        await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));

        options.ConnectTimeout = options.RequestTimeout = TimeSpan.FromMinutes(5);
        using var stop = new CancellationTokenSource();
        var asking = client.GetAsync("/x", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(Watching.Bound));
    }

    [Fact]
    public async Task Many_requests_at_once_resolve_once()
    {
        _addresses = [IPAddress.Loopback];
        using var client = Client(new Uri(shared.Etcd.Endpoint).Port);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/x", CancellationToken.None)));

        Assert.Single(_asked);
    }

    [Fact]
    public async Task The_systems_own_resolver_is_used_unless_told_otherwise()
    {
        var options = new EtcdOptions { Endpoints = { $"http://localhost:{new Uri(shared.Etcd.Endpoint).Port}" } };
        using var client = new EtcdClient(options);
        await client.GetAsync("/x", CancellationToken.None);
    }

    private EtcdClient Client(int port, Action<EtcdOptions>? configure = null)
    {
        var options = new EtcdOptions { Endpoints = { $"http://etcd-headless.test:{port}" } };
        EtcdOptionsFor.Quick(options);
        configure?.Invoke(options);
        return new EtcdClient(options, resolve: (name, _) =>
        {
            _asked.Enqueue(name);
            return _addresses.Length > 0
                ? Task.FromResult(_addresses)
                : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        });
    }
}
