using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>Real servers behind a target of one kind, and channels to it as a user makes them.</summary>
internal sealed class DiscoveredService : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _scheme;
    private readonly List<IServiceRegistration> _registrations = [];

    private DiscoveredService(string scheme, EtcdProcess? etcd)
    {
        _scheme = scheme;
        var services = new ServiceCollection();
        services.AddSingleton<IMeterFactory>(Meters).AddSingleton(Logs.Factory(LogLevel.Information));
        if (etcd?.Options() is { } options)
        {
            services.AddEtcdDiscovery(etcd.Endpoint, o =>
            {
                EtcdOptionsFor.Quick(o);
                // Plain text, the default, carries no weights.
                (o.Prefix, o.Format) = (options.Prefix, EndpointFormat.EtcdNaming);
            });
        }
        else
        {
            services.AddInMemoryDiscovery();
        }

        _services = services.BuildServiceProvider();
    }

    public MeterCapture Meters { get; } = new(DiscoveryTelemetry.MeterName);

    public LogCapture Logs { get; } = new();

    public List<Backend> Backends { get; } = [];

    public string Target => _scheme == "static" ? $"static:///{string.Join(',', Backends.Select(b => b.Address))}" : $"{_scheme}:///user";

    /// <param name="scheme">The kind of target.</param>
    /// <param name="etcd">Where servers register; null for in this process.</param>
    /// <param name="weights">One server for each, which a static target does not know.</param>
    public static async Task<DiscoveredService> StartAsync(string scheme, EtcdProcess? etcd, params int[] weights)
    {
        var service = new DiscoveredService(scheme, etcd);
        foreach (var weight in weights)
            await service.StartServerAsync(weight);
        return service;
    }

    public async Task<Backend> StartServerAsync(int weight = 100, Action<IServiceCollection>? configure = null, string? zone = null)
    {
        var backend = await Backend.StartAsync(configure);
        Backends.Add(backend);
        if (_scheme == "static")
            return backend;
        var address = DiscoveryEndpoint.Parse(backend.Address);
        var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{weight}" };
        if (zone is not null)
            metadata[EndpointMetadata.Zone] = zone;
        var endpoint = new DiscoveryEndpoint(address.Host, address.Port, metadata);
        var registration = _services.GetRequiredService<IServiceRegistry>().Register(new ServiceInstance("user", endpoint));
        _registrations.Add(registration);
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        return backend;
    }

    /// <summary>Takes a server's registration back, while it goes on serving.</summary>
    public ValueTask DeregisterAsync(int server) => _registrations[server].DisposeAsync();

    public DiscoveryChannel Open(Action<DiscoveryChannelOptions> configure) =>
        _services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel(Target, configure);

    /// <summary>Calls until these servers have been called.</summary>
    public async Task ReachAsync(DiscoveryChannel channel, params IReadOnlyList<Backend> servers)
    {
        var before = servers.Select(s => s.Calls).ToList();
        var until = DateTime.UtcNow + Watching.Bound;
        while (servers.Where((s, i) => s.Calls == before[i]).Any())
        {
            Assert.True(DateTime.UtcNow < until, "not all servers are reached");
            await ShareAsync(channel, 1);
        }
    }

    /// <summary>How many of so many calls, one after the other, each server got. A call may fail as its server was told to.</summary>
    public async Task<int[]> ShareAsync(DiscoveryChannel channel, int calls)
    {
        var client = new Probe.ProbeClient(channel);
        var before = Backends.ConvertAll(b => b.Calls);
        for (var i = 0; i < calls; i++)
        {
            try
            {
                await client.UnaryAsync(
                    new ProbeRequest(), new CallOptions().WithWaitForReady().WithDeadline(DateTime.UtcNow + Watching.Bound));
            }
            catch (RpcException exception) when (exception.Status.Detail == BalancedService.Server.ToldToFail)
            {
            }
        }

        return [.. Backends.Take(before.Count).Select((b, i) => b.Calls - before[i])];
    }

    /// <summary>How many endpoints are in a state, as the metric shows it.</summary>
    public int Endpoints(string state) => (int)Meters.Observe(BalancerMetrics.Endpoints)
        .Where(m => (string?)m.Tags[BalancerMetrics.State] == state && (string?)m.Tags[DiscoveryTelemetry.Target] == Target)
            .Sum(m => m.Value);

    public async ValueTask DisposeAsync()
    {
        foreach (var registration in _registrations)
            await registration.DisposeAsync();
        await _services.DisposeAsync();
        foreach (var backend in Backends)
            await backend.DisposeAsync();
        Meters.Dispose();
        Logs.Dispose();
    }
}
