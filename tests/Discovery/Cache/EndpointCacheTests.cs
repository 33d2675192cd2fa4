using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class EndpointCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogCapture _logs = new();
    private readonly ManualTime _time = new();
    private readonly EndpointCacheOptions _options;

    public EndpointCacheTests() => _options = new EndpointCacheOptions { Directory = _folder.Path };

    [Fact]
    public void What_is_written_is_read_with_metadata_and_the_moment_it_was_confirmed()
    {
        var weighty = new DiscoveryEndpoint("10.0.0.1", 80, new Dictionary<string, string> { ["weight"] = "7", ["zone"] = "z\"1\n" });
        CreateSut().Write([weighty, DiscoveryEndpoint.Parse("[::1]:81")]);
        var written = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromDays(1));

        var read = CreateSut().Read()!;
        Assert.Equal([weighty, DiscoveryEndpoint.Parse("[::1]:81")], read.Endpoints);
        Assert.Equal(written, read.StaleSince);
        Assert.Contains("10.0.0.1:80", File.ReadAllText(CreateSut().FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_nothing_is_read_and_nothing_logged()
    {
        Assert.Null(CreateSut().Read());
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public void Files_and_folder_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes");
            return;
        }

        var cache = Written();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cache.FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public void Every_truncated_file_is_ignored_with_one_warning_that_names_it()
    {
        var cache = Written();
        var whole = File.ReadAllBytes(cache.FilePath);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(cache.FilePath, whole[..length]);
            Assert.Null(CreateSut().Read());
        }

        var warnings = _logs.Named("CacheIgnored");
        Assert.Equal(whole.Length, warnings.Count);
        Assert.All(warnings, w => Assert.Contains(cache.FilePath, w.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no JSON", "hello")]
    [InlineData("null", "null")]
    [InlineData("a list", "[]")]
    [InlineData("nothing in it", "{}")]
    [InlineData(
        "another version", """{"version":2,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[]}""")]
    [InlineData(
        "another cluster", """{"version":1,"cluster":"etcd://o","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[]}""")]
    [InlineData(
        "another service", """{"version":1,"cluster":"etcd://","service":"User","confirmed":"2030-01-01T00:00:00Z","endpoints":[]}""")]
    [InlineData("no endpoints", """{"version":1,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z"}""")]
    [InlineData("no time", """{"version":1,"cluster":"etcd://","service":"user","endpoints":[{"address":"a:1"}]}""")]
    [InlineData("no address", """{"version":1,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[{}]}""")]
    [InlineData("null for an endpoint",
        """{"version":1,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[null]}""")]
    [InlineData("a bad address",
        """{"version":1,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[{"address":"a"}]}""")]
    [InlineData("null metadata",
        """{"version":1,"cluster":"etcd://","service":"user","confirmed":"2030-01-01T00:00:00Z","endpoints":[{"address":"a:1","metadata":{"k":null}}]}""")]
    public void A_file_that_is_not_right_is_ignored_with_one_warning_that_names_it(string what, string text)
    {
        var cache = Written();
        File.WriteAllText(cache.FilePath, text);

        Assert.True(CreateSut().Read() is null, what);
        Assert.Contains(cache.FilePath, Assert.Single(_logs.Lines).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    public void A_file_that_is_too_old_or_from_the_future_is_ignored(int days)
    {
        Written();
        _time.Advance(TimeSpan.FromDays(days));

        Assert.Null(CreateSut().Read());
        Assert.Contains("MaxAge", Assert.Single(_logs.Lines).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_ignored()
    {
        var cache = Written();
        using (var stream = File.OpenWrite(cache.FilePath))
            stream.SetLength(17 * 1024 * 1024);

        Assert.Null(CreateSut().Read());
        Assert.Contains("are read at most", Assert.Single(_logs.Lines).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_long_list_the_first_endpoints_are_written()
    {
        _options.MaxEndpoints = 3;
        CreateSut().Write([.. Enumerable.Range(1, 9).Select(i => new DiscoveryEndpoint($"h{i}", 1))]);

        Assert.Equal(["h1:1", "h2:1", "h3:1"], CreateSut().Read()!.Endpoints.Select(e => e.Address));
    }

    [Fact]
    public void A_list_that_takes_too_much_room_leaves_the_file_as_it_is()
    {
        var cache = Written();
        var metadata = new Dictionary<string, string> { ["k"] = new string('x', 17 * 1024 * 1024) };
        cache.Write([new DiscoveryEndpoint("b", 1, metadata)]);

        Assert.Equal("a:1", Assert.Single(CreateSut().Read()!.Endpoints).Address);
        Assert.Single(_logs.Named("CacheNotWritten"));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_warned_about_once_until_it_can()
    {
        File.WriteAllText(_folder.Path, "in the way");
        var cache = CreateSut();
        cache.Write([DiscoveryEndpoint.Parse("a:1")]);
        cache.Write([DiscoveryEndpoint.Parse("b:1")]);
        Assert.Contains(cache.FilePath, Assert.Single(_logs.Named("CacheNotWritten")).Message, StringComparison.Ordinal);

        File.Delete(_folder.Path);
        cache.Write([DiscoveryEndpoint.Parse("c:1")]);
        Assert.Equal("c:1", Assert.Single(CreateSut().Read()!.Endpoints).Address);
    }

    [Fact]
    public async Task Whoever_reads_while_several_write_reads_one_whole_list()
    {
        Written();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(w => Task.Run(() =>
        {
            var cache = CreateSut();
            for (var i = 0; !stop.IsCancellationRequested; i++)
                cache.Write([.. Enumerable.Range(0, 1 + i % 50).Select(n => new DiscoveryEndpoint($"w{w}-{n}", 1))]);
        })).ToArray();
        for (var i = 0; i < 300; i++)
            Assert.NotNull(CreateSut().Read());
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Empty(_logs.Named("CacheIgnored"));
        Assert.Empty(_logs.Named("CacheNotWritten"));
        Assert.Single(_folder.Files);
    }

    [Fact]
    public void What_a_dead_writer_left_behind_is_removed_and_what_a_living_one_has_not_finished_is_left()
    {
        var cache = Written();
        var (dead, living) = ($"{cache.FilePath}.dead.tmp", $"{cache.FilePath}.living.tmp");
        File.WriteAllText(dead, "half");
        File.WriteAllText(living, "half");
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddHours(-2));
        cache.Write([DiscoveryEndpoint.Parse("b:1")]);

        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(living));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    private EndpointCache Written()
    {
        var cache = CreateSut();
        cache.Write([DiscoveryEndpoint.Parse("a:1")]);
        return cache;
    }

    private EndpointCache CreateSut() => new(_options, "etcd://", "user", _time, _logs.CreateLogger("cache"));
}
