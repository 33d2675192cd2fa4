using System.Collections.Concurrent;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class EndpointAuthorityTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Theory]
    [InlineData(null, false, null, null)]
    [InlineData(null, false, "user.internal", null)]
    [InlineData(null, true, "user.internal", "user.internal")]
    [InlineData(null, true, "user.internal:443", "user.internal:443")]
    [InlineData(null, true, "a b", null)]
    [InlineData("all.internal", false, "user.internal", "all.internal")]
    [InlineData("all.internal", true, "user.internal", "user.internal")]
    [InlineData("all.internal", true, null, "all.internal")]
    [InlineData("all.internal", true, "a\r\nb", "all.internal")]
    public void An_endpoint_names_its_authority_only_if_it_is_trusted_to(string? general, bool trusted, string? own, string? expected)
    {
        var options = new DiscoveryChannelOptions { Resolution = { Authority = general, TrustEndpointAuthority = trusted } };
        var settings = new HandlerSettings(DiscoveryTarget.Parse("memory:///user"), options);

        Assert.Equal(expected, settings.AuthorityOf(own is null ? With() : With(("authority", own))));
    }

    [Theory]
    [InlineData("memory:///user")]
    [InlineData("static:///{address}")]
    public async Task Calls_say_the_configured_authority(string form)
    {
        await using var backends = await Backends.StartAsync(_registry, 1);
        var seen = "";
        backends.All[0].Observer.OnCall = context =>
        {
            seen = context.Host;
            return Task.CompletedTask;
        };
        var target = form.Replace("{address}", backends.All[0].Address, StringComparison.Ordinal);
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));
        await factory.CreateClient<Probe.ProbeClient>(target, o => o.Resolution.Authority = "user.internal").UnaryAsync(new ProbeRequest());
        Assert.Equal("user.internal", seen);

        await factory.CreateClient<Probe.ProbeClient>(target).UnaryAsync(new ProbeRequest());
        Assert.Equal(backends.All[0].Address, seen);
    }

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.PickFirst)]
    public async Task A_change_of_metadata_keeps_the_connections_and_the_calls(string policy)
    {
        var connections = new ConcurrentDictionary<string, bool>();
        await using var backend = await Backend.StartAsync();
        backend.Observer.OnCall = context =>
        {
            connections.TryAdd(context.Peer, true);
            return Task.CompletedTask;
        };
        using var logs = new LogCapture();
        await using var factory = DiscoveryChannelFactory.Create(o => o
            .UseInMemory(_registry).UseLoggerFactory(logs.Factory())
            .ConfigureChannels(c => (c.LoadBalancingPolicy, c.Resolution.DebounceTime) = (policy, TimeSpan.Zero)));
        Register(backend, 1);
        await using var load = new Load(factory.CreateChannel("memory:///user").CreateCallInvoker());
        await load.MoreAsync(20);
        for (var weight = 2; weight < 12; weight++)
        {
            var told = Told();
            Register(backend, weight);
            await Eventually.True(() => Told() > told, "the channel is told the new weight");
            await load.MoreAsync(20);
        }

        load.AssertNoFailures();
        Assert.Single(connections);

        int Told() => logs.Lines.Count(l => l.Event.Id == 3300);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("http://user")]
    [InlineData("host:0")]
    [InlineData("::1")]
    public async Task An_authority_that_is_no_host_is_refused(string authority)
    {
        await using var factory = DiscoveryChannelFactory.Create();
        var error = Assert.Throws<ArgumentException>(() => factory.CreateChannel("host:80", o => o.Resolution.Authority = authority));

        Assert.Equal(
            $"DiscoveryChannelOptions.Resolution.Authority is '{authority}'. "
                + "Give a host name, with a port or without, or null for the address.",
            error.Message);
    }

    private static DiscoveryEndpoint With(params (string Key, string Value)[] metadata) =>
        new("10.0.0.1", 80, metadata.ToDictionary(m => m.Key, m => m.Value));

    private void Register(Backend backend, int weight)
    {
        var endpoint = DiscoveryEndpoint.Parse(backend.Address);
        var metadata = new Dictionary<string, string> { ["weight"] = $"{weight}" };
        _registry.Register(new ServiceInstance("user", new(endpoint.Host, endpoint.Port, metadata), "1"));
    }
}
