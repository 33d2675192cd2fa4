using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdEndpointSourceTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Fact]
    public async Task What_stands_there_is_listed_and_each_change_follows()
    {
        var options = _etcd.Options();
        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        await _etcd.CtlAsync("put", options.Prefix + "user/2", "10.0.0.2:80");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");
        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.3:80");
        await watching.UntilFreshAsync("10.0.0.2:80", "10.0.0.3:80");
        await _etcd.CtlAsync("del", "--prefix", options.Prefix + "user/");
        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task A_service_does_not_see_another_whose_name_starts_the_same_or_stands_below_it()
    {
        var options = _etcd.Options();
        await _etcd.CtlAsync("put", options.Prefix + "a/1", "10.0.0.1:80");
        await _etcd.CtlAsync("put", options.Prefix + "ab/1", "10.0.0.2:80");
        await _etcd.CtlAsync("put", options.Prefix + "a/b/1", "10.0.0.3:80");
        await using var source = new EtcdEndpointSource(options);
        await using var a = new Watching(source, "a");
        await using var below = new Watching(source, "a/b");
        await below.UntilFreshAsync("10.0.0.3:80");
        await a.UntilFreshAsync("10.0.0.1:80");

        await _etcd.CtlAsync("put", options.Prefix + "ab/2", "10.0.0.4:80");
        await _etcd.CtlAsync("put", options.Prefix + "a/b/2", "10.0.0.5:80");
        await _etcd.CtlAsync("put", options.Prefix + "a/2", "10.0.0.6:80");
        await a.UntilFreshAsync("10.0.0.1:80", "10.0.0.6:80");
    }

    [Fact]
    public async Task A_bad_value_is_skipped_and_reported_once_with_its_key_but_not_its_value()
    {
        var options = _etcd.Options();
        using var logs = new LogCapture();
        await _etcd.CtlAsync("put", options.Prefix + "user/bad", "secret nonsense");
        await _etcd.CtlAsync("put", options.Prefix + "user/good", "10.0.0.1:80");
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        var line = Assert.Single(logs.Lines, l => l.Event.Id == 3010);
        Assert.Contains(options.Prefix + "user/bad", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(logs.Lines, l => l.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_that_becomes_bad_takes_only_its_own_endpoint_out()
    {
        var options = _etcd.Options();
        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await _etcd.CtlAsync("put", options.Prefix + "user/2", "10.0.0.2:80");
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");

        await _etcd.CtlAsync("put", options.Prefix + "user/1", "nonsense");
        await watching.UntilFreshAsync("10.0.0.2:80");
    }

    [Fact]
    public async Task Two_keys_with_one_address_are_one_endpoint_until_both_are_gone()
    {
        var options = _etcd.Options();
        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await _etcd.CtlAsync("put", options.Prefix + "user/2", "10.0.0.1:80");
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        await _etcd.CtlAsync("del", options.Prefix + "user/1");
        await _etcd.CtlAsync("put", options.Prefix + "user/3", "10.0.0.3:80");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.3:80");
        await _etcd.CtlAsync("del", options.Prefix + "user/2");
        await watching.UntilFreshAsync("10.0.0.3:80");
    }

    [Fact]
    public async Task Nothing_is_lost_between_list_and_watch_while_others_write()
    {
        var options = _etcd.Options();
        using var client = new EtcdClient(options);
        await using var source = new EtcdEndpointSource(options);
        var written = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            // The watch starts while this is being written.
            var writing = WriteAsync(client, options.Prefix, round);
            await using var watching = new Watching(source, "user");
            written.AddRange(await writing);
            await watching.UntilFreshAsync([.. written.Order(StringComparer.Ordinal)]);
        }

        static async Task<List<string>> WriteAsync(EtcdClient client, string prefix, int round)
        {
            var addresses = new List<string>();
            for (var i = 0; i < 10; i++)
            {
                var address = $"10.0.{round}.{i}:80";
                await client.PutAsync(
                    $"{prefix}user/{address}", Google.Protobuf.ByteString.CopyFromUtf8(address), lease: 0, CancellationToken.None);
                addresses.Add(address);
            }

            return addresses;
        }
    }

    [Fact]
    public async Task Readers_share_one_watch_which_ends_with_the_last()
    {
        await using var source = new EtcdEndpointSource(_etcd.Options());
        await using (var first = new Watching(source, "user"))
        await using (var second = new Watching(source, "user"))
        {
            await first.UntilFreshAsync();
            await second.UntilFreshAsync();
            Assert.Equal(1, source.ActiveWatches);
        }

        Assert.Equal(0, source.ActiveWatches);
    }

    [Fact]
    public async Task A_catch_up_that_comes_in_fragments_is_read_as_one()
    {
        var options = _etcd.Options();
        using var client = new EtcdClient(options);
        var before = await client.ListAsync(options.Prefix, CancellationToken.None);
        // 10 MB in ten revisions; etcd sends at most 1.5 MB in one message.
        var large = Google.Protobuf.ByteString.CopyFromUtf8(new string('x', 1_000_000));
        for (var i = 0; i < 10; i++)
            await client.PutAsync($"{options.Prefix}user/{i}", large, lease: 0, CancellationToken.None);

        using var watch = await client.WatchPrefixAsync(options.Prefix, before.Header.Revision + 1, CancellationToken.None);
        var events = await watch.ReadAsync(CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{options.Prefix}user/{i}"), events.Select(e => e.Kv.Key.ToStringUtf8()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_while_it_follows_ends_at_once(bool asynchronously)
    {
        var source = new EtcdEndpointSource(_etcd.Options());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        if (asynchronously)
            await source.DisposeAsync();
        else
            source.Dispose();
        await watching.Ended.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_happens_is_logged_once()
    {
        using var logs = new LogCapture();
        await using (var source = new EtcdEndpointSource(_etcd.Options(), logs.Factory(LogLevel.Information)))
        await using (var watching = new Watching(source, "user"))
            await watching.UntilFreshAsync();

        Assert.Equal(3000, Assert.Single(logs.Lines).Event.Id);
    }
}
