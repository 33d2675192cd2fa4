using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>A source while etcd goes away and comes back; each test has an etcd of its own.</summary>
public sealed class EtcdOutageTests
{
    [Fact]
    public async Task Etcd_down_at_start_gives_a_stale_empty_list_at_once_and_the_real_one_when_it_is_up()
    {
        await using var etcd = EtcdProcess.Create();
        var options = etcd.Options();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");

        var stale = await watching.UntilAsync(s => s.IsStale);
        Assert.Empty(stale.Endpoints);
        Assert.Contains(etcd.Endpoint, stale.StaleReason, StringComparison.Ordinal);
        Assert.Contains(options.Prefix + "user/", stale.StaleReason, StringComparison.Ordinal);

        await etcd.StartAsync();
        await watching.UntilFreshAsync();
        await etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await watching.UntilFreshAsync("10.0.0.1:80");
    }

    [Fact]
    public async Task A_kill_keeps_the_last_list_as_stale_and_a_restart_brings_what_has_changed_since()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await etcd.CtlAsync("put", options.Prefix + "user/2", "10.0.0.2:80");
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");

        await etcd.KillAsync();
        var stale = await watching.UntilAsync(s => s.IsStale);
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], stale.Endpoints.Select(e => e.Address));

        // Fast changes right after the start: the source may list before, between or after them.
        await etcd.StartAsync();
        await etcd.CtlAsync("del", options.Prefix + "user/1");
        await etcd.CtlAsync("put", options.Prefix + "user/3", "10.0.0.3:80");
        await watching.UntilFreshAsync("10.0.0.2:80", "10.0.0.3:80");
        Assert.Null(watching.Last!.StaleReason);
    }

    [Fact]
    public async Task Deletes_that_were_compacted_while_it_was_cut_off_are_seen()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await etcd.CtlAsync("put", options.Prefix + "user/2", "10.0.0.2:80");
        await using var wire = new Wire(etcd.Endpoint);
        options.Endpoints[0] = wire.Endpoint;
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");

        wire.Cut();
        await watching.UntilAsync(s => s.IsStale);
        await etcd.CtlAsync("del", options.Prefix + "user/1");
        for (var i = 0; i < 5; i++)
            await etcd.CtlAsync("put", options.Prefix + "user/2", $"10.0.0.{i + 10}:80");
        await etcd.CtlAsync("compact", await etcd.RevisionAsync());
        wire.Mend();

        await watching.UntilFreshAsync("10.0.0.14:80");
    }

    [Fact]
    public async Task A_watch_from_a_compacted_revision_fails_and_says_so()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        for (var i = 0; i < 5; i++)
            await etcd.CtlAsync("put", options.Prefix + "user/1", $"10.0.0.{i + 1}:80");
        await etcd.CtlAsync("compact", await etcd.RevisionAsync());
        using var client = new EtcdClient(options);
        using var watch = await client.WatchPrefixAsync(options.Prefix, revision: 2, CancellationToken.None);

        var error = await Assert.ThrowsAsync<EtcdException>(() => watch.ReadAsync(CancellationToken.None));
        Assert.Contains("compacted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_has_gone_back_is_noticed()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var client = new EtcdClient(etcd.Options());

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.WatchPrefixAsync("/x/", revision: 1000, CancellationToken.None));
        Assert.Contains("gone back", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_while_etcd_is_down_ends_promptly()
    {
        await using var etcd = EtcdProcess.Create();
        var source = new EtcdEndpointSource(etcd.Options(o => o.RetryDelay = o.MaxRetryDelay = TimeSpan.FromMinutes(10)));
        await using var watching = new Watching(source, "user");
        await watching.UntilAsync(s => s.IsStale);

        await source.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        await watching.Ended.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Disposing_while_a_silent_server_is_being_asked_ends_promptly()
    {
        await using var wire = new Wire(silent: true);
        var options = new EtcdOptions { Endpoints = { wire.Endpoint }, RequestTimeout = TimeSpan.FromMinutes(1) };
        var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await Eventually.True(() => wire.Connections > 0, "the source connects");

        await source.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_bound()
    {
        await using var wire = new Wire(silent: true);
        var options = new EtcdOptions { Endpoints = { wire.Endpoint }, RequestTimeout = TimeSpan.FromMilliseconds(200) };
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");

        var stale = await watching.UntilAsync(s => s.IsStale);
        Assert.Contains("DeadlineExceeded", stale.StaleReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_member_is_left_for_a_live_one()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var dead = EtcdProcess.Create();
        var options = etcd.Options(o => o.Endpoints.Insert(0, dead.Endpoint));
        using var client = new EtcdClient(options);
        for (var i = 0; i < 10; i++)
            await client.PutAsync(
                options.Prefix + "user/1", Google.Protobuf.ByteString.CopyFromUtf8("10.0.0.1:80"), lease: 0, CancellationToken.None);

        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");
        Assert.DoesNotContain(watching.Seen, s => s.IsStale);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_without_an_answer_is_sent_to_another_member_only_if_it_reads(bool reads)
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var one = new Wire(etcd.Endpoint);
        await using var two = new Wire(etcd.Endpoint);
        var options = etcd.Options(o => (o.Endpoints[0], o.RequestTimeout) = (one.Endpoint, TimeSpan.FromSeconds(3)));
        options.Endpoints.Add(two.Endpoint);
        using var client = new EtcdClient(options);
        await client.GetAsync("/x", CancellationToken.None);
        var (used, other) = one.Connections > 0 ? (one, two) : (two, one);

        used.Swallow();
        if (reads)
            await client.GetAsync("/x", CancellationToken.None);
        else
            await Assert.ThrowsAsync<EtcdException>(
                () => client.PutAsync("/x", Google.Protobuf.ByteString.Empty, lease: 0, CancellationToken.None));
        Assert.Equal(reads ? 1 : 0, other.Connections);
    }

    [Fact]
    public async Task An_outage_is_one_warning_however_long_it_lasts_and_its_end_one_line()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var logs = new LogCapture();
        await using var source = new EtcdEndpointSource(etcd.Options(o => o.MaxRetryDelay = TimeSpan.FromMilliseconds(20)), logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        await etcd.KillAsync();
        await Eventually.True(() => logs.Lines.Count(l => l.Event.Id == 3002) > 20, "it tries more than 20 times");
        await etcd.StartAsync();
        await watching.UntilFreshAsync();

        Assert.Equal([3000, 3001, 3003], logs.Lines.Where(l => l.Level >= LogLevel.Information && l.Event.Id is >= 3000 and < 4000)
            .Select(l => l.Event.Id));
    }
}
