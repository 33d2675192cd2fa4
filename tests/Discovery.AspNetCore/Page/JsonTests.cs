using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>The same as on the page, for programs.</summary>
public sealed class JsonTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task It_holds_targets_endpoints_calls_and_registrations()
    {
        await using var backend = await Backend.StartAsync(services => services
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user", o => (o.Zone, o.Weight, o.Version) = ("north", 7, "1.2")));
        await using var host = await PageHost.StartAsync(
            services => services.AddInMemoryDiscovery(_registry).AddServiceRegistration("gateway"));
        using var channel = host.Channels.CreateChannel("memory:///user");
        var client = new Probe.ProbeClient(channel.CreateCallInvoker());
        for (var i = 0; i < 20; i++)
            await client.UnaryAsync(new ProbeRequest(), new Grpc.Core.CallOptions().WithWaitForReady());
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowException }));

        var state = await host.ReadAsync();

        var target = Assert.Single(state.GetProperty("targets").EnumerateArray());
        Assert.Equal("memory:///user", target.GetProperty("target").GetString());
        Assert.Equal("ready", target.GetProperty("state").GetString());
        Assert.Equal("round_robin", target.GetProperty("policy").GetString());
        Assert.InRange(target.GetProperty("listAgeSeconds").GetDouble(), 0, 600);
        var endpoint = Assert.Single(target.GetProperty("endpoints").EnumerateArray());
        Assert.Equal(backend.Address, endpoint.GetProperty("address").GetString());
        Assert.Equal("ready", endpoint.GetProperty("state").GetString());
        Assert.Equal("north", endpoint.GetProperty("zone").GetString());
        Assert.Equal(7, endpoint.GetProperty("weight").GetInt32());
        Assert.Equal("1.2", endpoint.GetProperty("version").GetString());
        Assert.Equal(21, endpoint.GetProperty("calls").GetInt64());
        Assert.Equal(1, endpoint.GetProperty("failedCalls").GetInt64());
        Assert.Equal(0, endpoint.GetProperty("inFlight").GetInt32());
        var registration = Assert.Single(state.GetProperty("registrations").EnumerateArray());
        Assert.Equal("gateway", registration.GetProperty("service").GetString());
    }

    [Fact]
    public async Task Metadata_that_no_one_has_named_is_not_shown()
    {
        var metadata = new Dictionary<string, string> { ["password"] = "hunter2", ["rack"] = "r7" };
        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("127.0.0.1", 1, metadata)));
        await using var host = await PageHost.StartAsync(
            services => services.AddInMemoryDiscovery(_registry), o => o.MetadataKeys.Add("RACK"));
        using var channel = host.Channels.CreateChannel("memory:///user");
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest()));

        var json = (await host.ReadAsync()).GetRawText();

        Assert.Contains("\"metadata\":{\"rack\":\"r7\"}", json, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", json, StringComparison.Ordinal);
        Assert.DoesNotContain("password", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_is_cut_and_counted()
    {
        foreach (var port in Enumerable.Range(1, 7))
            _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("127.0.0.1", port)));
        await using var host = await PageHost.StartAsync(services => services.AddInMemoryDiscovery(_registry), o => o.MaxEndpoints = 3);
        using var channel = host.Channels.CreateChannel("memory:///user");
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await new Probe.ProbeClient(channel.CreateCallInvoker()).UnaryAsync(new ProbeRequest()));

        var target = (await host.ReadAsync()).GetProperty("targets")[0];

        Assert.Equal(7, target.GetProperty("endpointCount").GetInt32());
        Assert.Equal(3, target.GetProperty("endpoints").GetArrayLength());
    }

    [Fact]
    public async Task Nothing_is_kept_by_a_cache_and_no_browser_guesses_its_kind()
    {
        await using var host = await PageHost.StartAsync(services => services.AddInMemoryDiscovery(_registry));
        foreach (var path in new[] { "discovery", "discovery/json" })
        {
            using var response = await host.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        }

        var html = await host.Http.GetStringAsync(host.Page);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_named_with_what_to_give()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddInMemoryDiscovery();
        using var app = builder.Build() as IDisposable;

        var error = Assert.Throws<ArgumentException>(() => ((WebApplication)app!).MapDiscoveryPage(configure: o => o.MaxListeners = 0));
        Assert.Contains("DiscoveryPageOptions.MaxListeners is 0. Give", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_that_knows_nothing_of_discovery_is_told_what_to_add()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapDiscoveryPage());
        Assert.Contains("AddEtcdDiscovery", error.Message, StringComparison.Ordinal);
    }
}
