using System.Net;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>The stream that the page reads.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task A_reader_that_goes_away_gives_its_place_back()
    {
        await using var host = await PageHost.StartAsync(services => services.AddInMemoryDiscovery(), o => o.MaxListeners = 1);
        var first = await host.ListenAsync();
        Assert.Equal("text/event-stream", first.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("data: {", await ReadEventAsync(first), StringComparison.Ordinal);
        using (var refused = await host.ListenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        first.Dispose();

        while (true)
        {
            using var next = await host.ListenAsync();
            if (next.StatusCode == HttpStatusCode.OK)
                break;
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task A_host_that_stops_ends_the_stream()
    {
        await using var host = await PageHost.StartAsync(services => services.AddInMemoryDiscovery());
        using var listening = await host.ListenAsync();
        await using var events = await listening.Content.ReadAsStreamAsync();

        await host.StopAsync();

        await events.CopyToAsync(Stream.Null).WaitAsync(Watching.Bound);
    }

    [Fact]
    public async Task A_slow_reader_holds_nobody_up_and_misses_what_was_overtaken()
    {
        var reader = new PageReader(channels: null, registrations: null, new DiscoveryPageOptions(), "app", TimeProvider.System);
        var feed = new PageFeed(reader, TimeSpan.FromMilliseconds(1), maxListeners: 2, TimeProvider.System, NullLogger.Instance);
        Assert.True(feed.TryJoin());
        Assert.True(feed.TryJoin());
        Assert.False(feed.TryJoin());
        using var stop = new CancellationTokenSource();
        var open = new TaskCompletionSource();
        var (quick, slow) = (0, 0);
        var running = feed.RunAsync(stop.Token);
        var following = Task.WhenAll(
            feed.FollowAsync(
                async _ =>
                {
                    Interlocked.Increment(ref slow);
                    await open.Task;
                },
                stop.Token),
            feed.FollowAsync(
                _ =>
                {
                    Interlocked.Increment(ref quick);
                    return Task.CompletedTask;
                },
                stop.Token));

        await Eventually.True(() => Volatile.Read(ref quick) > 50, "the other one is told");
        Assert.Equal(1, Volatile.Read(ref slow));
        var told = Volatile.Read(ref quick);
        open.SetResult();
        await Eventually.True(() => Volatile.Read(ref slow) > 2, "it goes on");
        await stop.CancelAsync();
        await running;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);

        Assert.InRange(slow, 3, quick - told + 10);
    }

    [Fact]
    public void Only_the_last_changes_are_kept()
    {
        var changes = new RecentChanges(most: 3);
        for (var i = 0; i < 10; i++)
            changes.Compare(DateTimeOffset.UnixEpoch, [], [new RegistrationView("user", "1", "a:1", $"state {i}", null, null, null)]);

        Assert.Equal(["state 8 → state 9", "state 7 → state 8", "state 6 → state 7"], changes.All.Select(c => c.What));
    }

    [Fact]
    public void What_is_there_at_the_first_look_is_no_change()
    {
        var changes = new RecentChanges(most: 3);
        changes.Compare(DateTimeOffset.UnixEpoch, [], [new RegistrationView("user", "1", "a:1", "registered", null, null, null)]);
        Assert.Empty(changes.All);

        changes.Compare(DateTimeOffset.UnixEpoch, [], []);
        Assert.Equal("gone", Assert.Single(changes.All).What);
    }

    private static async Task<string> ReadEventAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), leaveOpen: true);
        return (await reader.ReadLineAsync())!;
    }
}
