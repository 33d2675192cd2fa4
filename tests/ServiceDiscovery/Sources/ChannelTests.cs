using System.Diagnostics.CodeAnalysis;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>Channels to what .NET's service discovery resolves: <c>sd:///user</c>.</summary>
public sealed class ChannelTests(SharedEtcd etcd) : IClassFixture<SharedEtcd>
{
    private readonly string _prefix = $"/test/{Guid.NewGuid():n}/";

    [Fact]
    public async Task Calls_are_balanced_over_configured_endpoints_and_follow_a_reload()
    {
        await using var first = await Backend.StartAsync();
        await using var second = await Backend.StartAsync();
        await using var third = await Backend.StartAsync();
        var configuration = Configuration(("Services:user:default:0", first.Address), ("Services:user:default:1", second.Address));
        await using var services = Services(configuration).AddServiceDiscovery().AddServiceDiscoveryEndpointSource().BuildServiceProvider();
        var client = new Probe.ProbeClient(Open(services).CreateCallInvoker());
        await CallAsync(client, () => first.Calls > 0 && second.Calls > 0);
        var before = (first.Calls, second.Calls);
        for (var i = 0; i < 10; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.Equal((before.Item1 + 5, before.Item2 + 5), (first.Calls, second.Calls));

        configuration["Services:user:default:1"] = third.Address;
        configuration.Reload();

        await CallAsync(client, () => third.Calls > 0);
        var left = second.Calls;
        for (var i = 0; i < 10; i++)
            await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(left, second.Calls);
    }

    [Fact]
    public async Task Both_bridges_stand_beside_each_other_and_metadata_comes_through()
    {
        await using var first = await ServerAsync(o => o.Weight = 7);
        await using var services = Services(Configuration())
            .AddEtcdDiscovery(etcd.Etcd.Endpoint, o => o.Prefix = _prefix)
            .AddServiceDiscovery().AddDiscoveryServiceEndpointProvider().AddServiceDiscoveryEndpointSource().BuildServiceProvider();
        await using var watching = new Watching(services.GetEndpointSource("sd"), "user");
        var client = new Probe.ProbeClient(Open(services).CreateCallInvoker());

        await CallAsync(client, () => first.Requests > 0);
        Assert.Equal([7], (await watching.UntilFreshAsync(first.Address)).Endpoints.Select(endpoint => endpoint.Weight));
        await using var second = await ServerAsync(o => o.Weight = 7);
        await CallAsync(client, () => second.Requests > 0);
        await first.StopAsync();
        await watching.UntilFreshAsync(second.Address);
        await client.UnaryAsync(new ProbeRequest());
    }

    [Fact]
    public async Task What_can_not_be_resolved_keeps_the_last_endpoints_and_is_logged_once()
    {
        using var logs = new LogCapture();
        var factory = new Failing();
        await using var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace))
            .AddServiceDiscoveryCore().AddSingleton<IServiceEndpointProviderFactory>(factory)
            .AddServiceDiscoveryEndpointSource().BuildServiceProvider();
        await using var watching = new Watching(services.GetEndpointSource("sd"), "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        factory.Fail(isFailing: true);
        var stale = await watching.UntilAsync(snapshot => snapshot.IsStale);
        Assert.Equal(["10.0.0.1:80"], stale.Endpoints.Select(endpoint => endpoint.Address));
        Assert.Contains("no answer", stale.StaleReason, StringComparison.Ordinal);
        factory.Fail(isFailing: false);
        await watching.UntilFreshAsync("10.0.0.1:80");

        Assert.Single(logs.Named("ServiceUnresolved"));
        Assert.Single(logs.Named("ServiceResolved"));
    }

    [Fact]
    public async Task A_name_with_a_slash_is_refused_with_the_reason()
    {
        await using var services = Services(
            Configuration()).AddServiceDiscovery().AddServiceDiscoveryEndpointSource().BuildServiceProvider();
        await using var watching = new Watching(services.GetEndpointSource("sd"), "team/user");

        Assert.Contains("slash", (await watching.UntilAsync(snapshot => snapshot.IsStale)).StaleReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stream_ends_with_the_container()
    {
        var services = Services(Configuration(("Services:user:default:0", "10.0.0.1:80")))
            .AddServiceDiscovery().AddServiceDiscoveryEndpointSource().BuildServiceProvider();
        await using var watching = new Watching(services.GetEndpointSource("sd"), "user");
        await watching.UntilFreshAsync("10.0.0.1:80");

        await services.DisposeAsync();

        await watching.Ended.WaitAsync(Watching.Bound);
    }

    private static IServiceCollection Services(IConfiguration configuration) =>
        new ServiceCollection().AddLogging().AddSingleton(configuration);

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build();

    private static DiscoveryChannel Open(IServiceProvider services) =>
        services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel("sd:///user");

    private static async Task CallAsync(Probe.ProbeClient client, Func<bool> until)
    {
        using var bound = new CancellationTokenSource(Watching.Bound);
        while (!until())
            await client.UnaryAsync(new ProbeRequest(), cancellationToken: bound.Token);
    }

    private Task<WebServer> ServerAsync(Action<Discovery.AspNetCore.ServiceRegistrationOptions> configure) => WebServer.StartAsync(
        services => services.AddEtcdDiscovery(etcd.Etcd.Endpoint, o => (o.Prefix, o.Format) = (_prefix, EndpointFormat.EtcdNaming)),
        "user", HttpProtocols.Http2, configure);

    /// <summary>A provider that answers or throws, as it is told.</summary>
    private sealed class Failing : IServiceEndpointProviderFactory, IServiceEndpointProvider
    {
        private CancellationTokenSource _changed = new();
        private volatile bool _isFailing;

        public void Fail(bool isFailing)
        {
            _isFailing = isFailing;
            Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
        }

        public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
        {
            provider = this;
            return true;
        }

        public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            if (_isFailing)
                // As a query that takes too long. Of any other exception .NET's watcher leaves a task that nobody observes.
                throw new OperationCanceledException("no answer");
            endpoints.AddChangeToken(new Microsoft.Extensions.Primitives.CancellationChangeToken(_changed.Token));
            endpoints.Endpoints.Add(ServiceEndpoint.Create(new System.Net.IPEndPoint(0x0100000A, 80)));
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}
