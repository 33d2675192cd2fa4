using System.Collections.Concurrent;
using Interceptors.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

public sealed class CachingResolverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedSource _source = new();
    private readonly ConcurrentQueue<Resolution> _told = new();
    private readonly DiscoveryResolverOptions _options = new() { DebounceTime = TimeSpan.Zero };

    public CachingResolverTests() => _options.Cache.Directory = _folder.Path;

    [Fact]
    public async Task Confirmed_lists_are_written_and_a_stale_one_is_not()
    {
        using var resolver = Start();
        _source.Publish("a:1");
        await Eventually.True(() => Kept() is "a:1", "the first list is written");
        _source.Publish("a:1", "b:1");
        await Eventually.True(() => Kept() is "a:1,b:1", "a change is written");
        _source.PublishStale("away", "c:1");
        await Eventually.True(() => Told()[^1] == "c:1", "the stale list is told");
        _source.Publish("d:1", "e:1");
        await Eventually.True(() => Kept() is "d:1,e:1", "and skipped");
    }

    [Fact]
    public async Task An_empty_list_leaves_the_file()
    {
        _options.EmptyListGraceTime = TimeSpan.Zero;
        using var resolver = Start();
        _source.Publish("a:1");
        await Eventually.True(() => Kept() is "a:1", "the list is written");
        _source.Publish();
        await Eventually.True(() => Told()[^1].Length == 0, "the failure is told");
        _source.Publish("b:1");
        await Eventually.True(() => Kept() is "b:1", "the next list is written");
    }

    [Fact]
    public async Task What_a_mass_removal_took_away_is_kept_as_long_as_it_is_used()
    {
        using var resolver = Start();
        _source.Publish("a:1", "b:1", "c:1");
        await Eventually.True(() => Kept() is "a:1,b:1,c:1", "the list is written");
        _source.Publish("a:1", "z:1");
        _source.Publish("z:1");
        await Eventually.True(() => Kept() is "a:1,b:1,c:1,z:1", "what is in use is written");
    }

    [Fact]
    public async Task A_list_that_does_not_change_is_written_again_before_it_looks_outdated()
    {
        _options.Cache.MaxAge = TimeSpan.FromSeconds(2);
        using var resolver = Start();
        _source.Publish("a:1");
        await Eventually.True(() => Kept() is "a:1", "the list is written");
        var first = Cache().Read()!.StaleSince;
        await Eventually.True(() => Cache().Read()?.StaleSince > first, "it is written again");
    }

    [Fact]
    public async Task A_registry_that_is_away_lets_the_file_be_used_at_once_and_its_answer_replaces_it()
    {
        Cache().Write([DiscoveryEndpoint.Parse("old:1"), DiscoveryEndpoint.Parse("older:1"), DiscoveryEndpoint.Parse("oldest:1")]);
        _options.Cache.WaitTime = TimeSpan.FromMinutes(1);
        _options.FirstAnswerTimeout = TimeSpan.FromMinutes(1);
        using var resolver = Start();
        _source.PublishStale("away");
        await Eventually.True(() => Told() is ["old:1,older:1,oldest:1"], "the file is used");
        _source.Publish("new:1");
        await Eventually.True(() => Told()[^1] == "new:1" && Kept() is "new:1", "the registry's list is used and written");
    }

    [Fact]
    public async Task A_registry_that_is_silent_lets_the_file_be_used_after_the_wait()
    {
        Cache().Write([DiscoveryEndpoint.Parse("old:1")]);
        _options.Cache.WaitTime = TimeSpan.FromMilliseconds(20);
        using var resolver = Start();
        await Eventually.True(() => Told() is ["old:1"], "the file is used");
    }

    [Fact]
    public async Task Disposing_ends_the_writing()
    {
        var resolver = Start();
        _source.Publish("a:1");
        await Eventually.True(() => Kept() is "a:1", "the list is written");
        resolver.Dispose();
        await Eventually.True(() => _source.Readers == 0, "the source is left");
        File.Delete(Cache().FilePath);
        _source.Publish("b:1");
        using var other = Start("other");
        await Eventually.True(() => Kept("other") is "b:1", "another has written");

        Assert.Null(Cache().Read());
    }

    public void Dispose() => _folder.Dispose();

    private DiscoveryResolver Start(string service = "user")
    {
        var resolver = new DiscoveryResolver(
            _source, service, _options, NullLogger.Instance)
        { Cache = Cache(service) };
        resolver.Start(_told.Enqueue);
        return resolver;
    }

    private EndpointCache Cache(string service = "user") =>
        new(_options.Cache, "etcd://", service, TimeProvider.System, NullLogger.Instance);

    private string? Kept(string service = "user") => Cache(service).Read() is { } kept ? string.Join(",", kept.Endpoints) : null;

    private List<string> Told() =>
        [.. _told.Select(r => string.Join(",", r.Endpoints))];
}
