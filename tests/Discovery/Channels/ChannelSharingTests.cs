using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

public sealed class ChannelSharingTests : IAsyncLifetime
{
    private readonly DiscoveryChannelFactory _factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(new InMemoryServiceRegistry()));
    private ChannelServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ChannelServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Channels_to_one_target_with_equal_options_share_a_connection()
    {
        await using var one = Open();
        await using var two = Open();
        await using var other = Open(o => o.ConnectTimeout = TimeSpan.FromSeconds(7));
        foreach (var channel in new[] { one, two })
            await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest());
        Assert.Equal(1, _server.Connections);

        await new Probe.ProbeClient(other).UnaryAsync(new ProbeRequest());
        Assert.Equal(2, _server.Connections);
    }

    [Fact]
    public void What_is_shared_is_told_by_the_target_and_every_option()
    {
        using var certificates = new EtcdCertificates();
        Action<DiscoveryChannelOptions>[] changes =
        [
            o => o.LoadBalancingPolicy = LoadBalancingPolicies.PickFirst,
            o => o.ServiceConfig.Json = "{}",
            o => o.Credentials = ChannelCredentials.SecureSsl,
            o => o.Tls.CaFile = certificates.CaFile,
            o => (o.Tls.CertificateFile, o.Tls.KeyFile) = (certificates.ClientCertificateFile, certificates.ClientKeyFile),
            o => o.KeepAlivePingDelay = TimeSpan.FromSeconds(7),
            o => o.KeepAlivePingTimeout = TimeSpan.FromSeconds(7),
            o => o.KeepAlivePingWithoutCalls = true,
            o => o.ConnectTimeout = TimeSpan.FromSeconds(7),
            o => o.MaxReconnectDelay = TimeSpan.FromSeconds(7),
            o => o.IdleConnectionTimeout = TimeSpan.FromSeconds(7),
            o => o.Resolution.FirstAnswerTimeout = TimeSpan.FromSeconds(7),
        ];
        List<DiscoveryHandler> different = [Open().Handler, _factory.CreateChannel("memory:///user").Handler];
        different.AddRange(changes.Select(change => Open(change).Handler));

        Assert.Equal(different.Count, different.Distinct().Count());
        Assert.Same(_factory.CreateChannel("host:80").Handler, _factory.CreateChannel("DNS:///host:80").Handler);
    }

    [Fact]
    public void Channels_that_differ_only_in_what_is_above_the_connections_share_them()
    {
        var one = Open().Handler;
        Action<DiscoveryChannelOptions>[] changes =
        [
            o => o.GzipRequests = true,
            o => o.WaitForReady = true,
            o => o.Interceptors.Add(new Passing()),
            o => o.MaxReceiveMessageSize = 7,
            o => o.MaxSendMessageSize = 7,
            o => o.MaxDecompressedMessageSize = 7,
        ];

        Assert.All(changes, change => Assert.Same(one, Open(change).Handler));
    }

    [Fact]
    public async Task Closing_a_channel_leaves_it_to_those_who_share_it_and_the_last_one_closes_the_connection()
    {
        var (one, two) = (Open(), Open());
        var client = new Probe.ProbeClient(two);
        await client.UnaryAsync(new ProbeRequest());

        await one.ShutdownAsync();
        await one.DisposeAsync();
        Assert.Equal(ConnectivityState.Shutdown, one.State);
        Assert.Throws<ObjectDisposedException>(one.CreateCallInvoker);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => one.ConnectAsync(TimeSpan.FromSeconds(1)));
        await client.UnaryAsync(new ProbeRequest());
        Assert.Equal((ConnectivityState.Ready, 1), (two.State, _server.Connections));

        await two.ShutdownAsync();
        await Eventually.True(() => _server.Connections == 0, "the connection is closed");
    }

    [Fact]
    public async Task A_closed_channel_is_replaced_by_a_new_one()
    {
        var closed = Open();
        await closed.ShutdownAsync();

        await using var next = Open();
        await new Probe.ProbeClient(next).UnaryAsync(new ProbeRequest());
        Assert.NotSame(closed.Handler, next.Handler);
    }

    [Fact]
    public async Task Closing_the_factory_closes_the_connections_of_its_clients()
    {
        await _factory.CreateClient<Probe.ProbeClient>(_server.Address).UnaryAsync(new ProbeRequest());
        await _factory.DisposeAsync();

        await Eventually.True(() => _server.Connections == 0, "the connection is closed");
    }

    [Fact]
    public async Task Two_hundred_channels_that_come_and_go_leave_no_watch_and_no_connection()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        for (var service = 0; service < 4; service++)
            await etcd.CtlAsync("put", $"{options.Prefix}user{service}/1", _server.Address);
        await using var services = new ServiceCollection().AddEtcdDiscovery(etcd.Endpoint, o => o.Prefix = options.Prefix)
            .BuildServiceProvider();
        var source = (EtcdEndpointSource)services.GetRequiredKeyedService<IEndpointSource>("");
        var factory = services.GetRequiredService<DiscoveryChannelFactory>();

        for (var round = 0; round < 10; round++)
        {
            var channels = Enumerable.Range(0, 20)
                .Select(i => factory.CreateChannel($"etcd:///user{i % 4}", o => o.GzipRequests = i % 8 < 4)).ToList();
            await Task.WhenAll(channels.Select(c => new Probe.ProbeClient(c).UnaryAsync(new ProbeRequest()).ResponseAsync));
            Assert.Equal((4, 4), (source.ActiveWatches, _server.Connections));
            await Parallel.ForEachAsync(channels, async (channel, _) => await channel.DisposeAsync());
            await Eventually.True(() => source.ActiveWatches == 0 && _server.Connections == 0, "all are closed");
        }
    }

    private DiscoveryChannel Open(Action<DiscoveryChannelOptions>? configure = null) => _factory.CreateChannel(_server.Address, configure);

    private sealed class Passing : Interceptor;
}
