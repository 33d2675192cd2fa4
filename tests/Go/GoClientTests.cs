using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Go.Tests;

/// <summary>A Go client that resolves, by etcd's own package, what servers of this kit have registered.</summary>
public sealed class GoClientTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData("pick_first")]
    [InlineData("round_robin")]
    public async Task It_needs_nothing_but_the_name_and_lives_through_restarts_and_changes_of_weight(string policy)
    {
        var service = $"plain-{policy.Replace('_', '-')}";
        var first = await RegisteredServer.StartAsync(_etcd, service, weight: 7);
        var port = first.Port;
        await using var client = GoPeer.Call(_etcd, service, "-policy", policy);
        await client.UntilAnsweredByAsync(first.Address);

        await using var second = await RegisteredServer.StartAsync(_etcd, service, weight: 3);
        if (policy == "round_robin")
            await client.UntilAnsweredByAsync(first.Address, second.Address);
        await first.UpdateAsync(new InstanceUpdate { Weight = 9, Zone = "south", Tags = [] });
        await second.UpdateAsync(new InstanceUpdate { Weight = 1 });
        await first.DisposeAsync();
        await client.UntilOnlyAsync(20, second.Address);

        await using var again = await RegisteredServer.StartAsync(_etcd, service, weight: 70, port);
        await second.DisposeAsync();
        await client.UntilOnlyAsync(20, again.Address);
        Assert.Empty(client.Failures);
        await client.EndAsync();
    }

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData("pick_first")]
    [InlineData("round_robin")]
    public async Task It_finds_servers_with_TLS_whose_metadata_says_so(string policy)
    {
        using var certificates = new EtcdCertificates();
        var service = $"tls-{policy.Replace('_', '-')}";
        var first = await RegisteredServer.StartAsync(_etcd, service, weight: 7, tls: certificates);
        var port = first.Port;
        await using var second = await RegisteredServer.StartAsync(_etcd, service, weight: 3, tls: certificates);
        await using var client = GoPeer.Call(_etcd, service, "-policy", policy, "-ca", certificates.CaFile, "-name", "etcd.test");
        await client.UntilAsync(lines => lines.Count > 20, "calls are answered");

        await first.DisposeAsync();
        await client.UntilOnlyAsync(20, second.Address);
        await using var again = await RegisteredServer.StartAsync(_etcd, service, weight: 70, port, certificates);
        await second.DisposeAsync();
        await client.UntilOnlyAsync(20, again.Address);
        Assert.Empty(client.Failures);
        await client.EndAsync();
    }

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, "user.internal", true)]
    public async Task A_target_with_slashes_needs_a_server_that_accepts_them_or_an_authority(bool slashes, string? authority, bool works)
    {
        var prefix = $"project/{Guid.NewGuid():n}/";
        await using var server = await RegisteredServer.StartAsync(_etcd, "user", weight: 7, prefix: prefix, slashes: slashes);
        string[] options = authority is null ? [] : ["-authority", authority];
        await using var client = GoPeer.Call(_etcd, prefix + "user", options);

        await client.UntilAsync(lines => lines.Count > 5, "calls end");
        Assert.Equal(works, client.Failures.Count == 0);
        Assert.All(client.Failures, failure => Assert.Contains("PROTOCOL_ERROR", failure, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("case", "discovery 17")]
    public async Task It_ends_at_metadata_that_is_an_object_which_this_kit_therefore_never_writes()
    {
        await _etcd.CtlAsync("put", "object/1", """{"Op":0,"Addr":"127.0.0.1:1","Metadata":{"weight":"7"}}""");
        await using var client = GoPeer.Call(_etcd, "object", "-policy", "round_robin");

        Assert.Contains("unhashable type", await client.CrashAsync(), StringComparison.Ordinal);
    }
}
