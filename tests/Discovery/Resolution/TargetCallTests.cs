using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>Every kind of target, with real calls to a real server.</summary>
public sealed class TargetCallTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Theory]
    [InlineData("memory:///user")]
    [InlineData("memory:///Team/User")]
    [InlineData("etcd:///user")]
    [InlineData("etcd:///Team%2FUser")]
    [InlineData("etcd://other/user")]
    [InlineData("ETCD://OTHER/user")]
    [InlineData("static:///{address}")]
    [InlineData("static:///{address},{address}")]
    [InlineData("dns:///{address}")]
    [InlineData("dns:///localhost:{port}")]
    [InlineData("dns:{address}")]
    [InlineData("localhost:{port}")]
    [InlineData("{address}")]
    public async Task Calls_reach_the_server_that_the_target_names(string form)
    {
        await using var backend = await Backend.StartAsync();
        var target = form.Replace("{address}", backend.Address, StringComparison.Ordinal)
            .Replace("{port}", backend.Address.Split(':')[1], StringComparison.Ordinal);
        var registry = new InMemoryServiceRegistry();
        var (main, other) = (_etcd.Options(), _etcd.Options());
        await PutAsync(main, "user", "127.0.0.1:1");
        foreach (var service in new[] { "user", "Team/User" })
        {
            registry.Register(new ServiceInstance(service, DiscoveryEndpoint.Parse(backend.Address)));
            await PutAsync(form.StartsWith("etcd:///", StringComparison.Ordinal) ? main : other, service, backend.Address);
        }

        await using var factory = DiscoveryChannelFactory.Create(o => o
            .UseInMemory(registry)
            .UseEtcd(_etcd.Endpoint, e => e.Prefix = main.Prefix)
            .UseEtcd(_etcd.Endpoint, e => e.Prefix = other.Prefix, cluster: "Other"));
        var client = factory.CreateClient<Probe.ProbeClient>(target);

        Assert.Equal("hi", (await client.UnaryAsync(new ProbeRequest { Text = "hi" }, deadline: DateTime.UtcNow.AddSeconds(30))).Text);
        Assert.Equal(1, backend.Calls);

        Task PutAsync(EtcdOptions options, string service, string address) =>
            _etcd.CtlAsync("put", $"{options.Prefix}{service}/1", address);
    }

    [Theory]
    [InlineData("static")]
    [InlineData("dns")]
    public async Task An_ipv6_literal_is_connected_to(string scheme)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var server = new DyingServer(IPAddress.IPv6Loopback);
        await using var factory = DiscoveryChannelFactory.Create();
        var channel = factory.CreateChannel($"{scheme}:///[::1]:{server.Port}");

        await channel.ConnectAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    [Fact]
    public void A_target_that_holds_what_it_must_not_is_refused_without_repeating_it()
    {
        using var services = new ServiceCollection().AddInMemoryDiscovery().BuildServiceProvider();

        string[] targets = ["memory:///user?token=secret", "memory://user:secret@h/user", "memory:///a/../b", "memory:///a%252Fb"];
        foreach (var target in targets)
        {
            var error = Assert.Throws<ArgumentException>(() =>
                services.GetRequiredService<DiscoveryChannelFactory>().CreateHandler(target));
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        }
    }
}
