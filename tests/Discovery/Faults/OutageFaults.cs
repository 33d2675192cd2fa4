using System.Diagnostics;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Etcd goes away in every way there is, and comes back with another list than before.</summary>
public sealed class OutageFaults
{
    [Fact]
    public async Task Down_at_start()
    {
        await using var etcd = EtcdProcess.Create();
        await using var running = await Running.PrepareAsync(etcd.Options());
        running.Call(waitForReady: true);
        await running.UntilStaleAsync();

        await etcd.StartAsync();
        await running.RegisterAsync(etcd, 0);
        await running.UntilRightAsync(0);
    }

    [Fact]
    public async Task Down_at_start_with_the_list_of_an_earlier_process()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var folder = new TemporaryFolder();
        var options = etcd.Options();
        var backends = await Running.StartBackendsAsync();
        for (var i = 0; i < 2; i++)
            await etcd.CtlAsync("put", $"{options.Prefix}user/{i}", backends[i].Address);
        await LeaveListAsync(options, folder);
        await etcd.KillAsync();

        await using var running = Running.Prepare(options, backends, folder.Path);
        running.Call(waitForReady: false);
        await running.UntilCalledAsync(0, 1);
        await running.UntilStaleAsync();
        await etcd.StartAsync();
        await ChangeAsync(running, etcd);
    }

    [Fact]
    public async Task A_server_ends_while_it_is_away()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);

        await etcd.KillAsync();
        await running.UntilStaleAsync(0, 1);
        await running.EndServerAsync(0);
        await running.Load.MoreAsync(200);
        running.Load.AssertNoFailures();
        await running.UntilStaleAsync(0, 1);
        await etcd.StartAsync();
        await ChangeAsync(running, etcd);
    }

    [Fact]
    public async Task Restarted_by_its_operator()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);

        await etcd.StopAsync();
        await running.UntilStaleAsync(0, 1);
        await etcd.StartAsync();
        await ChangeAsync(running, etcd);
    }

    [Fact]
    public async Task Killed_and_started_again()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);

        await etcd.KillAsync();
        await running.UntilStaleAsync(0, 1);
        await running.UntilCalledAsync(0, 1);
        await etcd.StartAsync();
        await ChangeAsync(running, etcd);
    }

    [Fact]
    public async Task Replaced_by_one_that_knows_nothing_of_the_old_ones_history()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);
        // The new one must not by chance be at the revision that the old one had reached.
        for (var i = 0; i < 20; i++)
            await etcd.CtlAsync("put", "/elsewhere", "x");

        await etcd.StartOverAsync();
        await running.RegisterAsync(etcd, 1);
        await running.RegisterAsync(etcd, 2);
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task Frozen_for_twenty_seconds()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);
        var frozen = Stopwatch.StartNew();
        await etcd.FreezeAsync();
        await running.UntilStaleAsync(0, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"noticed after {frozen.Elapsed.TotalSeconds:F1} s");

        // Calls go on all the time; the condition waited for is the length of the freeze itself.
        while (frozen.Elapsed < TimeSpan.FromSeconds(20))
            await running.UntilCalledAsync(0, 1);
        await etcd.ThawAsync();
        await ChangeAsync(running, etcd);
    }

    [Fact]
    public async Task Frozen_so_shortly_that_nothing_notices()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var running = await Running.StartAsync(etcd.Options(), etcd);
        await etcd.FreezeAsync();
        await running.UntilCalledAsync(0, 1);

        await etcd.ThawAsync();
        await ChangeAsync(running, etcd);
    }

    /// <summary>What an earlier process does: calls, and leaves a file.</summary>
    private static async Task LeaveListAsync(EtcdOptions options, TemporaryFolder folder)
    {
        await using var factory = DiscoveryChannelFactory.Create(o => o
            .UseEtcd(options.Endpoints[0], e => e.Prefix = options.Prefix)
            .ConfigureChannels(c => c.Resolution.Cache.Directory = folder.Path));
        await factory.CreateClient<Probe.ProbeClient>("etcd:///user").UnaryAsync(new ProbeRequest());
        await Eventually.True(() => folder.Files is [var file] && file.EndsWith(".json", StringComparison.Ordinal), "the file is written");
    }

    private static async Task ChangeAsync(Running running, EtcdProcess etcd)
    {
        await running.RemoveAsync(etcd, 0);
        await running.RegisterAsync(etcd, 2);
        await running.UntilRightAsync(1, 2);
    }
}
