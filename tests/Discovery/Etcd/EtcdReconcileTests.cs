using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A source whose etcd lies, refuses or is overloaded.</summary>
public sealed class EtcdReconcileTests
{
    [Fact]
    public async Task What_a_watch_kept_to_itself_is_found_by_listing_again_and_logged()
    {
        using var logs = new LogCapture();
        var lists = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ => Interlocked.Increment(ref lists) == 1
                ? EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80"), ("/svc/user/2", "10.0.0.2:80"))
                : EtcdDouble.List(9, ("/svc/user/2", "10.0.0.9:80"), ("/svc/user/3", "10.0.0.3:80")),
            CreateAndBeSilentAsync);
        await using var source = new EtcdEndpointSource(
            etcd.Options(o => o.ReconcileInterval = TimeSpan.FromMilliseconds(200)), logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");

        await watching.UntilFreshAsync("10.0.0.3:80", "10.0.0.9:80");
        await Eventually.True(() => Volatile.Read(ref lists) > 3, "it lists again and finds nothing");
        Assert.DoesNotContain(watching.Seen, s => s.IsStale);
        Assert.Contains("3 keys", Assert.Single(logs.Lines, l => l.Event.Id == 3004).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_a_list_has_overtaken_does_not_undo_it()
    {
        var release = new TaskCompletionSource();
        var lists = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ => Interlocked.Increment(ref lists) == 1
                ? EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80"))
                : EtcdDouble.List(9, ("/svc/user/1", "10.0.0.9:80")),
            async (responses, cancellationToken) =>
            {
                await responses.WriteAsync(EtcdDouble.Created(5), cancellationToken);
                await release.Task.WaitAsync(cancellationToken);
                await responses.WriteAsync(Put(8, "/svc/user/1", "10.0.0.8:80"), cancellationToken);
                await responses.WriteAsync(Put(10, "/svc/user/2", "10.0.0.10:80"), cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            });
        await using var source = new EtcdEndpointSource(etcd.Options(o => o.ReconcileInterval = TimeSpan.FromMilliseconds(200)));
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.9:80");
        release.SetResult();

        await watching.UntilAsync(s => s.Endpoints.Any(e => e.Address == "10.0.0.10:80"));
        Assert.DoesNotContain(watching.Seen, s => s.Endpoints.Any(e => e.Address == "10.0.0.8:80"));
    }

    [Fact]
    public async Task An_event_from_after_the_list_that_came_before_it_is_not_undone_by_it()
    {
        var isListedAgain = new TaskCompletionSource();
        var lists = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ =>
            {
                if (Interlocked.Increment(ref lists) == 2)
                    isListedAgain.SetResult();
                return lists <= 2
                    ? EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80"))
                    : EtcdDouble.List(6, ("/svc/user/1", "10.0.0.1:80"), ("/svc/user/2", "10.0.0.2:80"));
            },
            async (responses, cancellationToken) =>
            {
                await responses.WriteAsync(EtcdDouble.Created(5), cancellationToken);
                await isListedAgain.Task.WaitAsync(cancellationToken);
                await responses.WriteAsync(Put(6, "/svc/user/2", "10.0.0.2:80"), cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            });
        await using var source = new EtcdEndpointSource(etcd.Options(o => o.ReconcileInterval = TimeSpan.FromMilliseconds(200)));
        await using var watching = new Watching(source, "user");
        await Eventually.True(() => Volatile.Read(ref lists) >= 3, "it has listed a third time, so it is done with the second");

        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");
        Assert.DoesNotContain(watching.Seen.SkipWhile(s => s.Endpoints.Length < 2), s => s.Endpoints.Length < 2);
    }

    [Fact]
    public async Task An_overloaded_etcd_is_asked_again_with_growing_pauses_until_it_answers()
    {
        var asked = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ => Interlocked.Increment(ref asked) < 5
                ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "etcdserver: too many requests"))
                : EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80")),
            CreateAndBeSilentAsync);
        await using var source = new EtcdEndpointSource(etcd.Options());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        Assert.Contains(watching.Seen, s => s.StaleReason?.Contains("too many requests", StringComparison.Ordinal) == true);
        Assert.Equal(5, asked);
    }

    [Fact]
    public async Task A_rejected_watch_whose_stream_stays_open_is_left_and_tried_again()
    {
        var opened = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ => EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80")),
            async (responses, cancellationToken) =>
            {
                var answer = EtcdDouble.Created(5);
                if (Interlocked.Increment(ref opened) == 1)
                    (answer.Canceled, answer.WatchId, answer.CancelReason) = (true, -1, "rpc error: code = PermissionDenied");
                await responses.WriteAsync(answer, cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            });
        await using var source = new EtcdEndpointSource(etcd.Options());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        Assert.Contains(watching.Seen, s => s.StaleReason?.Contains("PermissionDenied", StringComparison.Ordinal) == true);
        Assert.Equal(2, opened);
    }

    [Fact]
    public async Task A_watch_that_etcd_ends_quietly_is_opened_again()
    {
        var opened = 0;
        await using var etcd = await EtcdDouble.StartAsync(
            _ => EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80")),
            (responses, cancellationToken) => Interlocked.Increment(ref opened) > 2
                ? CreateAndBeSilentAsync(responses, cancellationToken)
                : responses.WriteAsync(EtcdDouble.Created(5), cancellationToken));
        await using var source = new EtcdEndpointSource(etcd.Options());
        await using var watching = new Watching(source, "user");

        await Eventually.True(() => Volatile.Read(ref opened) == 3, "it is opened a third time");
        await watching.UntilFreshAsync("10.0.0.1:80");
    }

    [Fact]
    public async Task Every_page_is_read_at_the_revision_of_the_first()
    {
        await using var etcd = await EtcdDouble.StartAsync(
            request =>
            {
                var page = request.Key.ToStringUtf8() == "/svc/user/"
                    ? EtcdDouble.List(5, ("/svc/user/1", "10.0.0.1:80"), ("/svc/user/2", "10.0.0.2:80"))
                    : EtcdDouble.List(8, ("/svc/user/3", "10.0.0.3:80"));
                page.More = page.Kvs.Count == 2;
                return page;
            },
            CreateAndBeSilentAsync);
        using var client = new EtcdClient(etcd.Options(o => o.PageSize = 2));
        var list = await client.ListAsync("/svc/user/", CancellationToken.None);

        Assert.Equal((3, 5L), (list.Kvs.Count, list.Header.Revision));
        Assert.Equal(
            [("/svc/user/", 0L, 2L), ("/svc/user/2\0", 5L, 2L)],
            etcd.Ranges.Select(r => (r.Key.ToStringUtf8(), r.Revision, r.Limit)));
        Assert.Single(etcd.Ranges.Select(r => r.RangeEnd).Distinct());
    }

    private static async Task CreateAndBeSilentAsync(IServerStreamWriter<WatchResponse> responses, CancellationToken cancellationToken)
    {
        await responses.WriteAsync(EtcdDouble.Created(5), cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static WatchResponse Put(long revision, string key, string value) => new()
    {
        Header = new ResponseHeader { Revision = revision },
        Events = { new Event { Kv = EtcdDouble.List(revision, (key, value)).Kvs[0] } },
    };
}
