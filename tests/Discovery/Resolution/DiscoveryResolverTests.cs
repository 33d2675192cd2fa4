using System.Collections.Concurrent;
using Interceptors.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryResolverTests
{
    private readonly FakeSource _source = new();
    private readonly ConcurrentQueue<Resolution> _told = new();
    private readonly DiscoveryResolverOptions _options = new() { DebounceTime = TimeSpan.Zero };

    [Fact]
    public async Task Lists_reach_the_channel_in_order()
    {
        using var resolver = CreateSut();
        _source.Publish("a", "b");
        await Eventually.True(() => Addresses() is ["a:1,b:1"], "the first list is told");
        _source.Publish("b");
        await Eventually.True(() => Addresses() is ["a:1,b:1", "b:1"], "the second list is told");
    }

    [Fact]
    public async Task A_source_that_says_nothing_fails_calls_within_the_bound_and_is_still_heard_later()
    {
        _options.FirstAnswerTimeout = TimeSpan.FromMilliseconds(50);
        using var resolver = CreateSut();
        await Eventually.True(() => _told.Count == 1, "it is told within the bound");
        Assert.Contains("'user'", _told.First().Failure, StringComparison.Ordinal);

        _source.Publish("a");
        await Eventually.True(() => Addresses() is ["", "a:1"], "the list is told");
    }

    [Fact]
    public async Task A_burst_of_changes_is_told_as_few()
    {
        _options.DebounceTime = TimeSpan.FromMilliseconds(200);
        using var resolver = CreateSut();
        _source.Publish("start");
        await Eventually.True(() => _told.Count == 1, "the first list is told");
        for (var i = 0; i < 100; i++)
            _source.Publish($"host{i}");
        await Eventually.True(() => Addresses()[^1] == "host99:1", "the last list is told");

        Assert.InRange(_told.Count, 2, 4);
    }

    [Fact]
    public async Task A_list_that_changes_all_the_time_is_told_all_the_same()
    {
        _options.DebounceTime = TimeSpan.FromMilliseconds(5);
        using var resolver = CreateSut();
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                _source.Publish($"host{i}");
        });
        await Eventually.True(() => _told.Count > 5, "several lists are told");
        await stop.CancelAsync();
        await publishing;
    }

    [Fact]
    public async Task A_mass_removal_is_logged_once_when_it_begins_and_once_when_it_ends()
    {
        using var logs = new LogCapture();
        _options.MassRemovalGraceTime = TimeSpan.FromMilliseconds(200);
        using var resolver = new DiscoveryResolver(_source, "user", _options, logs.CreateLogger("x"));
        resolver.Start(_told.Enqueue);
        _source.Publish("a", "b", "c", "d");
        await Eventually.True(() => Addresses() is ["a:1,b:1,c:1,d:1"], "the list is told");
        _source.Publish("a");
        await Eventually.True(() => logs.Named("RemovalHoldEnded").Count == 1, "its end is logged");

        Assert.Contains("3 of them are held", Assert.Single(logs.Named("RemovalHeld")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_after_dispose_and_the_source_is_left()
    {
        for (var i = 0; i < 50; i++)
        {
            _told.Clear();
            var resolver = CreateSut();
            var publishing = Task.Run(() =>
            {
                for (var n = 0; n < 100; n++)
                    _source.Publish($"host{n}");
            });
            await Eventually.True(() => !_told.IsEmpty, "something is told");
            resolver.Dispose();
            var count = _told.Count;
            await publishing;
            await Eventually.True(() => _source.Readers == 0, "the source is left");
            Assert.Equal(count, _told.Count);
        }
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_end_it()
    {
        var calls = 0;
        using var resolver = new DiscoveryResolver(_source, "user", _options, NullLogger.Instance);
        resolver.Start(_ =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("no");
        });
        _source.Publish("a");
        await Eventually.True(() => calls == 1, "it is called");
        _source.Publish("b");
        await Eventually.True(() => calls == 2, "it is called again");
    }

    [Fact]
    public async Task A_source_that_breaks_its_contract_fails_calls_instead_of_hanging_them()
    {
        using var resolver = new DiscoveryResolver(new ThrowingSource(), "user", _options, NullLogger.Instance);
        resolver.Start(_told.Enqueue);
        await Eventually.True(() => _told.Count == 1, "something is told");

        Assert.Contains("failed: broken", _told.First().Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_ends_leaves_the_list_as_it_is()
    {
        using var resolver = CreateSut();
        _source.Publish("a");
        await Eventually.True(() => _told.Count == 1, "the list is told");
        _source.Complete();
        await Eventually.True(() => _source.Readers == 0, "the resolver has noticed");

        Assert.Equal(["a:1"], Addresses());
    }

    [Fact]
    public async Task A_source_that_ends_before_it_has_said_anything_fails_calls_instead_of_hanging_them()
    {
        using var resolver = CreateSut();
        _source.Complete();
        await Eventually.True(() => _told.Count == 1, "something is told");

        Assert.Contains("closed", _told.First().Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_at_any_moment_logs_no_error()
    {
        using var logs = new LogCapture();
        using var factory = logs.Factory();
        _options.DebounceTime = TimeSpan.FromMilliseconds(2);
        for (var i = 0; i < 100; i++)
        {
            var resolver = new DiscoveryResolver(_source, "user", _options, factory.CreateLogger("x"));
            resolver.Start(_told.Enqueue);
            _source.Publish($"host{i}");
            if (i % 2 == 0)
                await Task.Delay(i % 5);
            resolver.Dispose();
        }

        await Eventually.True(() => _source.Readers == 0, "the source is left");
        Assert.DoesNotContain(logs.Lines, l => l.Exception is not null);
    }

    private DiscoveryResolver CreateSut()
    {
        var resolver = new DiscoveryResolver(_source, "user", _options, NullLogger.Instance);
        resolver.Start(_told.Enqueue);
        return resolver;
    }

    private List<string> Addresses() =>
        [.. _told.Select(r => string.Join(",", r.Endpoints))];

    private sealed class FakeSource : IEndpointSource
    {
        private readonly LatestValue<EndpointSnapshot> _latest = new();
        private int _readers;

        public int Readers => Volatile.Read(ref _readers);

        public void Publish(params string[] hosts) =>
            _latest.Publish(EndpointSnapshot.Create("user", hosts.Select(h => new DiscoveryEndpoint(h, 1))));

        public void Complete() => _latest.Complete();

        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _readers);
            try
            {
                await foreach (var snapshot in _latest.ReadAllAsync(cancellationToken))
                    yield return snapshot;
            }
            finally
            {
                Interlocked.Decrement(ref _readers);
            }
        }
    }

    private sealed class ThrowingSource : IEndpointSource
    {
        public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("broken");
    }
}
