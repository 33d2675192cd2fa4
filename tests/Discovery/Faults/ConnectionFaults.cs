using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Etcd is well, but the way to it is not; meanwhile the list changes.</summary>
public sealed class ConnectionFaults : IAsyncLifetime
{
    private EtcdProcess _etcd = null!;
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _etcd = await EtcdProcess.StartNewAsync();
        _wire = new Wire(_etcd.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    [Fact]
    public async Task Cut()
    {
        await using var running = await StartAsync();
        _wire.Cut();
        await running.UntilStaleAsync(0, 1);
        await ChangeAsync(running);

        _wire.Mend();
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Cut_while_the_history_of_what_happened_is_compacted()
    {
        await using var running = await StartAsync();
        _wire.Cut();
        await running.UntilStaleAsync(0, 1);
        await ChangeAsync(running);
        for (var i = 0; i < 5; i++)
            await _etcd.CtlAsync("put", running.KeyOf(1), running.Backends[1].Address);
        await _etcd.CtlAsync("compact", await _etcd.RevisionAsync());

        _wire.Mend();
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Swallowed_by_a_black_hole()
    {
        await using var running = await StartAsync();
        var swallowed = Stopwatch.StartNew();
        _wire.Swallow();
        await ChangeAsync(running);
        await running.UntilStaleAsync(0, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"noticed after {swallowed.Elapsed.TotalSeconds:F1} s");
        await running.UntilCalledAsync(0, 1);

        _wire.Flow();
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Cut_in_the_middle_of_ten_megabytes_of_events()
    {
        await using var running = await StartAsync();
        using var writer = new EtcdClient(_etcd.Options());
        _wire.Swallow();
        await running.RemoveAsync(_etcd, 0);
        // Below the service, so part of its watch, but none of its instances.
        var large = ByteString.CopyFromUtf8(new string('x', 1_000_000));
        for (var i = 0; i < 10; i++)
            await writer.PutAsync(
                $"{running.KeyOf(0)}/{i.ToString(CultureInfo.InvariantCulture)}", large, lease: 0, CancellationToken.None);
        await running.RegisterAsync(_etcd, 2);

        _wire.BreakAfter(5_000_000);
        _wire.Flow();
        await Eventually.True(() => _wire.HasBroken, "it breaks while they come", TimeSpan.FromSeconds(60));
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Disposed_while_it_reconnects()
    {
        var running = await StartAsync();
        _wire.Cut();
        await running.UntilStaleAsync(0, 1);
        await running.UntilCalledAsync(0, 1);

        await running.DisposeAsync().AsTask().WaitAsync(Watching.Bound);
        Assert.Equal(0, running.Source.ActiveWatches);
    }

    [Fact]
    public async Task One_of_several_watches_on_the_connection_is_cancelled()
    {
        await using var running = await StartAsync();
        await using var second = new Watching(running.Source, "second");
        await second.UntilFreshAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var passing = new Watching(running.Source, "passing");
            await passing.UntilFreshAsync();
        }

        await ChangeAsync(running);
        await running.UntilRightAsync(1, 2);
        Assert.DoesNotContain(running.Watching.Seen.Concat(second.Seen), s => s.IsStale);
        Assert.Equal(1, _wire.Connections);
    }

    private Task<Running> StartAsync()
    {
        var options = _etcd.Options(o => o.Endpoints[0] = _wire.Endpoint);
        return Running.StartAsync(options, _etcd);
    }

    private async Task ChangeAsync(Running running)
    {
        await running.RemoveAsync(_etcd, 0);
        await running.RegisterAsync(_etcd, 2);
    }
}
