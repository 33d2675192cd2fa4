using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class SharedWatchesTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private int _started;
    private int _stopped;
    private string? _ambientSeen = "not run";

    [Fact]
    public async Task Readers_of_one_service_share_a_watch_that_stops_after_the_last()
    {
        await using var watches = CreateSut();
        var first = new Watching(new Source(watches), "user");
        var second = new Watching(new Source(watches), "user");
        await first.UntilFreshAsync("a:1");
        await second.UntilFreshAsync("a:1");

        Assert.Equal(1, _started);
        await first.DisposeAsync();
        Assert.Equal((1, 0), (watches.Count, _stopped));
        await second.DisposeAsync();
        Assert.Equal((0, 1), (watches.Count, _stopped));
    }

    [Fact]
    public async Task A_reader_after_the_last_one_left_starts_a_new_watch()
    {
        await using var watches = CreateSut();
        for (var i = 1; i <= 3; i++)
        {
            await using var reader = new Watching(new Source(watches), "user");
            await reader.UntilFreshAsync("a:1");
            Assert.Equal(i, _started);
        }
    }

    [Fact]
    public async Task Disposing_ends_every_stream_quietly_and_every_watch()
    {
        var watches = CreateSut();
        await using var user = new Watching(new Source(watches), "user");
        await using var order = new Watching(new Source(watches), "order");
        await user.UntilFreshAsync("a:1");
        await order.UntilFreshAsync("a:1");

        await watches.DisposeAsync();
        await user.Ended.WaitAsync(Watching.Bound);
        await order.Ended.WaitAsync(Watching.Bound);

        Assert.Equal(2, _stopped);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => new Watching(new Source(watches), "user").Ended);
    }

    [Fact]
    public async Task A_watch_does_not_carry_the_ambient_values_of_the_call_that_started_it()
    {
        await using var watches = CreateSut();
        Ambient.Value = "of one call";
        await using var reader = new Watching(new Source(watches), "user");
        await reader.UntilFreshAsync("a:1");

        Assert.Null(_ambientSeen);
    }

    [Fact]
    public async Task Readers_that_come_and_go_at_the_same_time_leave_nothing_behind()
    {
        await using var watches = CreateSut();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await foreach (var snapshot in new Source(watches).WatchAsync("user", CancellationToken.None))
                {
                    Assert.Single(snapshot.Endpoints);
                    break;
                }
            }
        })));

        Assert.Equal(0, watches.Count);
        await Eventually.True(() => _started == _stopped, "every watch ended");
    }

    private SharedWatches CreateSut() => new(async (service, latest, stop) =>
    {
        _ambientSeen = Ambient.Value;
        Interlocked.Increment(ref _started);
        latest.Publish(EndpointSnapshot.Create(service, [new DiscoveryEndpoint("a", 1)]));
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Increment(ref _stopped);
    });

    private sealed class Source(SharedWatches watches) : IEndpointSource
    {
        public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken) =>
            watches.ReadAsync(service, cancellationToken);
    }
}
