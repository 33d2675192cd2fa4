using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Go.Tests;

/// <summary>A Go server that registers itself by etcd's own package, called by clients of this kit.</summary>
public sealed class GoServerTests : IAsyncDisposable
{
    private readonly EtcdProcess _etcd = EtcdProcess.Create();

    public ValueTask DisposeAsync() => _etcd.DisposeAsync();

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData("", null)]
    [InlineData("""{"weight":"7","zone":"north"}""", 7)]
    [InlineData("""  "{\"weight\":\"7\",\"zone\":\"north\"}" """, 7)]
    [InlineData("\"anything\"", null)]
    public async Task It_is_called_with_what_its_metadata_say_and_through_its_restarts(string metadata, int? weight)
    {
        await _etcd.StartAsync();
        await using var first = await GoPeer.ServeAsync(_etcd, "user", "-metadata", metadata);
        await using var source = new EtcdEndpointSource(Options());
        await using var watching = new Watching(source, "user");
        var seen = await watching.UntilFreshAsync(first.Address);
        Assert.Equal(weight ?? DiscoveryEndpoint.DefaultWeight, seen.Endpoints[0].Weight);
        Assert.Equal(weight is null ? null : "north", seen.Endpoints[0].Zone);

        await using var discovery = DiscoveryChannelFactory.Create(
            o => o.UseEtcd(_etcd.Endpoint, etcd => etcd.Format = EndpointFormat.EtcdNaming));
        await using var load = new Load(discovery.CreateChannel("etcd:///user").CreateCallInvoker(), callers: 2);
        await first.UntilCalledAsync();
        // A Go program ends without a drain time, so that another must be in use by then.
        await using var second = await GoPeer.ServeAsync(_etcd, "user", "-metadata", metadata);
        await second.UntilCalledAsync();
        await first.EndAsync();
        await watching.UntilFreshAsync(second.Address);
        await load.MoreAsync(50);
        await using var again = await GoPeer.ServeAsync(_etcd, "user", "-address", first.Address);
        await again.UntilCalledAsync();
        await second.EndAsync();
        await load.MoreAsync(50);
        load.AssertNoFailures();
    }

    [Fact]
    [Trait("case", "discovery 17")]
    public async Task Both_directions_live_through_a_restart_of_etcd()
    {
        await _etcd.StartAsync();
        await using var server = await GoPeer.ServeAsync(_etcd, "go");
        await using var own = await RegisteredServer.StartAsync(_etcd, "own", weight: 7);
        await using var client = GoPeer.Call(_etcd, "own", "-policy", "round_robin");
        await client.UntilAnsweredByAsync(own.Address);
        await using var discovery = DiscoveryChannelFactory.Create(
            o => o.UseEtcd(_etcd.Endpoint, etcd => etcd.Format = EndpointFormat.EtcdNaming));
        await using var load = new Load(discovery.CreateChannel("etcd:///go").CreateCallInvoker(), callers: 2);
        await load.MoreAsync(20);

        await _etcd.KillAsync();
        await _etcd.StartAsync();
        await load.MoreAsync(50);
        await client.UntilAnsweredByAsync(own.Address);
        await own.UpdateAsync(new InstanceUpdate { Weight = 8 }).WaitAsync(Watching.Bound);
        await client.UntilAnsweredByAsync(own.Address);
        load.AssertNoFailures();
        Assert.Empty(client.Failures);
    }

    private EtcdOptions Options() => new() { Endpoints = { _etcd.Endpoint }, Format = EndpointFormat.EtcdNaming };
}
