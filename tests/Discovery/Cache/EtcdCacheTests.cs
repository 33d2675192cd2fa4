using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>Processes that start while etcd is down, with and without the file of an earlier one.</summary>
public sealed class EtcdCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_client_that_starts_while_etcd_is_down_calls_what_an_earlier_one_knew_and_follows_etcd_once_it_is_back()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var one = await Backend.StartAsync();
        await using var two = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", one.Address);
        await RunOnceAsync(options);
        await etcd.KillAsync();

        await using var discovery = Discovery(options);
        var client = discovery.CreateClient<Probe.ProbeClient>("etcd:///user");
        await CallAsync(client);
        Assert.Equal(2, one.Calls);

        await etcd.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", two.Address);
        while (two.Calls == 0)
            await CallAsync(client);
    }

    [Fact]
    public async Task A_silent_etcd_does_not_keep_a_client_from_starting_with_the_file()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var wire = new Wire(etcd.Endpoint);
        var options = etcd.Options(o => o.Endpoints[0] = wire.Endpoint);
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", backend.Address);
        await RunOnceAsync(options);
        wire.Swallow();

        await using var discovery = Discovery(options, r => r.FirstAnswerTimeout = TimeSpan.FromMinutes(5));
        await CallAsync(discovery.CreateClient<Probe.ProbeClient>("etcd:///user"));
    }

    [Fact]
    public async Task Without_a_file_calls_fail_with_the_services_name_and_with_a_damaged_one_too()
    {
        await using var etcd = EtcdProcess.Create();
        var options = etcd.Options();
        await AssertUnavailableAsync(options);

        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(CachePath.Of(_folder.Path, NameOf(options), "user"), "{");
        await AssertUnavailableAsync(options);
    }

    [Fact]
    public async Task The_file_of_another_prefix_or_cluster_is_not_used()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", backend.Address);
        await RunOnceAsync(options);
        await etcd.KillAsync();

        await AssertUnavailableAsync(etcd.Options());
        await using var other = EtcdProcess.Create();
        await AssertUnavailableAsync(other.Options(o => o.Prefix = options.Prefix));
    }

    [Fact]
    public async Task A_channel_that_grpc_makes_itself_uses_the_file_too()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var backend = await Backend.StartAsync();
        await etcd.CtlAsync("put", $"{options.Prefix}user/1", backend.Address);
        await RunOnceAsync(options);
        await etcd.KillAsync();

        await using var services = new ServiceCollection()
            .Configure<DiscoveryChannelOptions>(o => o.Resolution.Cache.Directory = _folder.Path)
            .AddEtcdDiscovery(etcd.Endpoint, o => o.Prefix = options.Prefix)
            .BuildServiceProvider();
        using var handler = services.GetRequiredService<DiscoveryChannelFactory>().CreateHandler("etcd:///user");
        using var channel = GrpcChannel.ForAddress("http://user", new GrpcChannelOptions { HttpHandler = handler });
        await CallAsync(new Probe.ProbeClient(channel));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What an earlier process does: calls, and leaves a file.</summary>
    private async Task RunOnceAsync(EtcdOptions options)
    {
        await using var discovery = Discovery(options);
        await CallAsync(discovery.CreateClient<Probe.ProbeClient>("etcd:///user"));
        await Eventually.True(() => _folder.Files is [var file] && file.EndsWith(".json", StringComparison.Ordinal), "the file is written");
    }

    private async Task AssertUnavailableAsync(EtcdOptions options)
    {
        await using var discovery = Discovery(options);
        var error = await Assert.ThrowsAsync<RpcException>(() => CallAsync(discovery.CreateClient<Probe.ProbeClient>("etcd:///user")));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("'user'", error.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task CallAsync(Probe.ProbeClient client) =>
        await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));

    private DiscoveryChannelFactory Discovery(EtcdOptions options, Action<DiscoveryResolverOptions>? configure = null) =>
        DiscoveryChannelFactory.Create(o => o
            .UseEtcd(options.Endpoints[0], e =>
            {
                EtcdOptionsFor.Quick(e);
                e.Prefix = options.Prefix;
            })
            .ConfigureChannels(c =>
            {
                c.Resolution.Cache.Directory = _folder.Path;
                configure?.Invoke(c.Resolution);
            }));

    private static string NameOf(EtcdOptions options) => $"etcd:// at {options.Endpoints[0]} under {options.Prefix}";
}
