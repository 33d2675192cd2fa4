using System.Globalization;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Endpoints that can be connected to and take no call, beside a healthy one: they cost no call.</summary>
public sealed class BadPeerTests
{
    private const int Calls = 1000;

    // More for a long look: INTERCEPTORS_BAD_PEER_CALLS=20000.
    private static readonly int CallsBesideAll = int.Parse(
        Environment.GetEnvironmentVariable("INTERCEPTORS_BAD_PEER_CALLS") ?? "2000", CultureInfo.InvariantCulture);

    public static TheoryData<Misbehaviour, string> Cases =>
        new(from misbehaviour in Enum.GetValues<Misbehaviour>() from policy in LoadBalancingPolicies.All select (misbehaviour, policy));

    public static TheoryData<string> Policies => [.. LoadBalancingPolicies.All];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("case", "discovery 9a")]
    [Trait("case", "discovery 3")]
    [Trait("case", "discovery 9d")]
    public async Task No_call_fails_beside_a_healthy_one(Misbehaviour misbehaviour, string policy)
    {
        using var bad = new BadPeer(misbehaviour);
        await using var good = await Backend.StartAsync();
        await using var factory = DiscoveryChannelFactory.Create();
        var client = factory.CreateClient<Probe.ProbeClient>(
            $"static:///{bad.Address},{good.Address}",
            o => (o.LoadBalancingPolicy, o.ConnectTimeout) = (policy, TimeSpan.FromMilliseconds(500)));

        await CallAsync(client);

        Assert.Equal(Calls, good.Calls);
        Assert.InRange(bad.Connections, 1, 50);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    [Trait("case", "discovery 9a")]
    public async Task No_call_fails_beside_bad_ones_of_every_kind(string policy)
    {
        using var certificates = new EtcdCertificates();
        using var others = new EtcdCertificates();
        var peers = Enum.GetValues<Misbehaviour>().Where(m => m != Misbehaviour.GoesAway).Select(m => new BadPeer(m)).ToList();
        await using var wrong = await ChannelServer.StartAsync(others);
        await using var good = await ChannelServer.StartAsync(certificates);
        await using var factory = DiscoveryChannelFactory.Create();
        var channel = factory.CreateChannel(
            $"static:///{string.Join(',', peers.Select(p => p.Address))},{wrong.Address},{good.Address}", o =>
            {
                (o.LoadBalancingPolicy, o.Tls.CaFile) = (policy, certificates.CaFile);
                o.ConnectTimeout = TimeSpan.FromMilliseconds(500);
            });
        // The healthy one may be slow at its first handshake, and calls fail while each one has failed to connect.
        await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);

        await CallAsync(new Probe.ProbeClient(channel), CallsBesideAll);

        Assert.Equal((CallsBesideAll, 0), (good.Calls, wrong.Calls));
        foreach (var peer in peers)
            peer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Policies))]
    [Trait("case", "discovery 1")]
    public async Task A_server_with_a_certificate_of_another_authority_costs_no_call(string policy)
    {
        using var certificates = new EtcdCertificates();
        using var others = new EtcdCertificates();
        await using var good = await ChannelServer.StartAsync(certificates);
        await using var bad = await ChannelServer.StartAsync(others);
        await using var factory = DiscoveryChannelFactory.Create();
        var client = factory.CreateClient<Probe.ProbeClient>(
            $"static:///{bad.Address},{good.Address}", o => (o.LoadBalancingPolicy, o.Tls.CaFile) = (policy, certificates.CaFile));

        await CallAsync(client);

        Assert.Equal((Calls, 0), (good.Calls, bad.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("case", "discovery 2")]
    public async Task Of_plain_and_TLS_servers_under_one_name_those_of_the_channels_kind_are_called(bool isSecure)
    {
        using var certificates = new EtcdCertificates();
        await using var secure = await ChannelServer.StartAsync(certificates);
        await using var plain = await ChannelServer.StartAsync();
        var registry = new InMemoryServiceRegistry();
        var scheme = new Dictionary<string, string> { [EndpointMetadata.Scheme] = "grpcs" };
        var tls = DiscoveryEndpoint.Parse(secure.Address);
        await using var one = registry.Register(new ServiceInstance("user", new DiscoveryEndpoint(tls.Host, tls.Port, scheme)));
        await using var other = registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(plain.Address)));
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
        var client = factory.CreateClient<Probe.ProbeClient>("memory:///user", o => o.Tls.CaFile = isSecure ? certificates.CaFile : null);

        await CallAsync(client);

        Assert.Equal(isSecure ? (Calls, 0) : (0, Calls), (secure.Calls, plain.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("case", "discovery 2")]
    public async Task What_is_registered_for_the_other_kind_is_never_connected_and_one_warning_says_so(bool isSecure)
    {
        using var certificates = new EtcdCertificates();
        using var logs = new LogCapture();
        using var peer = new BadPeer(Misbehaviour.Silent);
        await using var good = await ChannelServer.StartAsync(isSecure ? certificates : null);
        var registry = new InMemoryServiceRegistry();
        var scheme = new Dictionary<string, string> { [EndpointMetadata.Scheme] = isSecure ? "http" : "grpcs" };
        var other = DiscoveryEndpoint.Parse(peer.Address);
        await using var misfit = registry.Register(new ServiceInstance("user", new DiscoveryEndpoint(other.Host, other.Port, scheme)));
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry).UseLoggerFactory(logs.Factory()));
        var client = factory.CreateClient<Probe.ProbeClient>("memory:///user", o => o.Tls.CaFile = isSecure ? certificates.CaFile : null);

        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
        await using var fitting = registry.Register(new ServiceInstance("user", DiscoveryEndpoint.Parse(good.Address)));
        await Eventually.True(() => good.Calls > 0 || Answers(), "the other one is called");
        await CallAsync(client);

        Assert.Equal(0, peer.Connections);
        var warning = Assert.Single(logs.Named("EndpointsLeftOut")).Message;
        Assert.EndsWith(
            isSecure ? "To call them, don't set DiscoveryChannelOptions.Tls." : "To call them, set DiscoveryChannelOptions.Tls.Enabled.",
            warning, StringComparison.Ordinal);
        Assert.StartsWith("No endpoint can take calls: 1 of 1 endpoint left out, because ", error.Status.Detail, StringComparison.Ordinal);

        bool Answers()
        {
            try
            {
                return client.Unary(new ProbeRequest()) is not null;
            }
            catch (RpcException)
            {
                return false;
            }
        }
    }

    [Fact]
    [Trait("case", "discovery 9d")]
    public async Task A_stream_to_a_server_that_only_goes_away_ends_and_never_as_Internal()
    {
        using var bad = new BadPeer(Misbehaviour.GoesAway);
        await using var factory = DiscoveryChannelFactory.Create();
        using var call = factory.CreateClient<Probe.ProbeClient>($"static:///{bad.Address}")
            .Duplex(deadline: DateTime.UtcNow.AddSeconds(3));

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        // It is sent again as long as none of it was processed, and so until its deadline.
        Assert.Contains(error.StatusCode, new[] { StatusCode.Unavailable, StatusCode.DeadlineExceeded });
    }

    private static async Task CallAsync(Probe.ProbeClient client, int calls = Calls)
    {
        for (var done = 0; done < calls; done += 20)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            {
                using var call = client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound);
                await call;
            }));
        }
    }
}
