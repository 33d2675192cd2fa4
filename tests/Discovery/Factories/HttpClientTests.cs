using System.Net;
using Interceptors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>Plain HTTP over discovery: <c>AddHttpClient().UseDiscovery(…)</c>.</summary>
public sealed class HttpClientTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    public static TheoryData<string, bool> Versions { get; } = [("1.1", false), ("1.1", true), ("2.0", false), ("2.0", true)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Requests_are_balanced_and_follow_joins_and_leaves(string version, bool secure)
    {
        using var certificates = new EtcdCertificates();
        await using var web = await ServersAsync(3, version, secure ? certificates : null);
        await using var services = Services(version, secure ? certificates : null);
        using var client = Client(services);
        await ConnectedAsync(services, 3);

        Assert.Equal("10, 10, 10", await ShareAsync(client, web, 30));
        Assert.Equal($"HTTP/{(version == "2.0" ? "2" : version)} /items/7?q=a%20b", web.All[0].Last);

        await web.LeaveAsync(0);
        await Eventually.True(() => Known(services) == 2, "the list is followed");
        Assert.Equal("0, 10, 10", await ShareAsync(client, web, 20));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Many_at_once_get_their_connections(string version)
    {
        await using var web = await ServersAsync(3, version, tls: null);
        await using var services = Services(version, tls: null);
        using var client = Client(services);
        await ConnectedAsync(services, 3);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => client.GetStringAsync("/items/7")));

        Assert.Equal(["0", "1", "2"], answers.Distinct().Order());
        Assert.All(web.All, server => Assert.Equal(100, server.Calls));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_dead_endpoint_costs_no_request_and_a_content_is_sent_whole(string version)
    {
        await using var web = await ServersAsync(1, version, tls: null);
        using var nobody = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        _registry.Register(new ServiceInstance("catalog", new DiscoveryEndpoint("127.0.0.1", port)));
        await using var services = Services(version, tls: null);
        using var client = Client(services);
        var received = new List<string>();
        web.All[0].OnCall = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.Add(await reader.ReadToEndAsync());
        };

        for (var i = 0; i < 50; i++)
            Assert.Equal("0", await (await client.PostAsync("/items", new StringContent($"item {i}"))).Content.ReadAsStringAsync());

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"item {i}"), received);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_server_that_closes_after_each_answer_goes_on_being_used(string version)
    {
        await using var web = await ServersAsync(1, version, tls: null);
        web.All[0].OnCall = context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        // A clock that stands still: a request that waited for a back-off would wait for ever.
        await using var services = Services(version, tls: null, time: new StepTime());
        using var client = Client(services);

        for (var i = 0; i < 20; i++)
            Assert.Equal("0", await client.GetStringAsync("/items/7").WaitAsync(Watching.Bound));

        Assert.Equal(20, web.All[0].Calls);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Cancelling_reaches_the_server_and_the_next_request_succeeds(string version)
    {
        await using var web = await ServersAsync(1, version, tls: null);
        await using var services = Services(version, tls: null);
        using var client = Client(services);
        web.All[0].OnCall = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var cancellation = new CancellationTokenSource();

        var hanging = client.GetStringAsync("/items/7", cancellation.Token);
        await Eventually.True(() => web.All[0].Running == 1, "the request runs");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Eventually.True(() => web.All[0].Running == 0, "the request is cancelled");
        web.All[0].OnCall = _ => Task.CompletedTask;
        Assert.Equal("0", await client.GetStringAsync("/items/7"));
    }

    [Fact]
    public async Task Failing_servers_are_ejected()
    {
        await using var web = await ServersAsync(3, "1.1", tls: null);
        await using var services = Services("1.1", tls: null, options =>
            options.Balancing.OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 3 });
        using var client = Client(services);
        await ConnectedAsync(services, 3);
        web.All[1].OnCall = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        web.All[2].OnCall = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };

        for (var i = 0; i < 60; i++)
            (await client.GetAsync("/items/7")).Dispose();

        Assert.Equal(3, web.All[1].Calls);
        Assert.InRange(web.All[2].Calls, 20, 40);
    }

    [Fact]
    public async Task A_request_for_https_is_never_sent_in_plain_text()
    {
        await using var web = await ServersAsync(1, "1.1", tls: null);
        await using var services = Services("1.1", tls: null);
        using var client = Client(services);

        var error = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => client.GetStringAsync("https://catalog/items/7"));

        Assert.Contains("DiscoveryChannelOptions.Tls", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, web.All[0].Calls);
    }

    private static HttpClient Client(IServiceProvider services) =>
        services.GetRequiredService<IHttpClientFactory>().CreateClient("catalog");

    private static Task ConnectedAsync(IServiceProvider services, int count)
    {
        var channel = services.GetRequiredKeyedService<DiscoveryChannel>("catalog");
        _ = channel.ConnectAsync(TimeSpan.FromSeconds(30));
        return Eventually.True(
            () => channel.Handler.Balancer.All.Count(endpoint => endpoint.Set is not null) == count, "all take calls");
    }

    private static int Known(IServiceProvider services) =>
        services.GetRequiredKeyedService<DiscoveryChannel>("catalog").Handler.Balancer.All.Count;

    private static async Task<string> ShareAsync(HttpClient client, Servers web, int requests)
    {
        var before = web.All.Select(server => server.Calls).ToList();
        for (var i = 0; i < requests; i++)
            await client.GetStringAsync("/items/7?q=a%20b");
        return string.Join(", ", web.All.Select((server, i) => server.Calls - before[i]));
    }

    private async Task<Servers> ServersAsync(int count, string version, EtcdCertificates? tls)
    {
        var web = new Servers();
        for (var i = 0; i < count; i++)
        {
            web.All.Add(await WebServer.StartAsync($"{i}", version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1, tls));
            web.Registrations.Add(_registry.Register(new ServiceInstance("catalog", DiscoveryEndpoint.Parse(web.All[i].Address))));
        }
        return web;
    }

    private ServiceProvider Services(
        string version, EtcdCertificates? tls, Action<DiscoveryChannelOptions>? configure = null, TimeProvider? time = null)
    {
        var services = new ServiceCollection().AddInMemoryDiscovery(_registry);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddHttpClient("catalog").UseDiscovery("memory:///catalog", options =>
        {
            // 1.1 is what an HttpClient has anyway.
            if (version == "2.0")
                options.HttpVersion = HttpVersion.Version20;
            options.Tls.CaFile = tls?.CaFile;
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    private sealed class Servers : IAsyncDisposable
    {
        public List<WebServer> All { get; } = [];

        public List<IServiceRegistration> Registrations { get; } = [];

        public ValueTask LeaveAsync(int server) => Registrations[server].DisposeAsync();

        public async ValueTask DisposeAsync()
        {
            foreach (var server in All)
                await server.DisposeAsync();
        }
    }
}
