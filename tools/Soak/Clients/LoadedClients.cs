using Interceptors.Discovery;
using Interceptors.Soak.Protocol;
using Interceptors.Soak.Servers;

namespace Interceptors.Soak.Clients;

/// <summary>Two clients as users write them, each with its own channel and its own way to etcd, and the load on them.</summary>
internal sealed class LoadedClients : IAsyncDisposable
{
    private const int Count = 2;

    private readonly List<ServiceProvider> _clients = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _workers = Task.CompletedTask;

    public LoadedClients(IEnumerable<string> etcd)
    {
        for (var i = 0; i < Count; i++)
        {
            var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            services.AddEtcdDiscovery(string.Join(',', etcd));
            services.AddDiscoveryClient<Target.TargetClient>($"etcd:///{TargetServer.Service}").AddStandardInterceptors();
            _clients.Add(services.BuildServiceProvider());
        }
    }

    /// <summary>What each client knows of the servers; the very source that its channel uses.</summary>
    public IEnumerable<IEndpointSource> Lists => _clients.Select(client => client.GetRequiredKeyedService<IEndpointSource>("etcd://"));

    public void Start(CallRecord record, int workers)
    {
        var load = new Load(record);
        var calls = Enumerable.Range(0, workers).Select(i => Task.Run(() => load.CallAsync(ClientOf(i), _stop.Token)));
        var streams = Enumerable.Range(0, (workers + 3) / 4).Select(i => Task.Run(() => load.FollowAsync(ClientOf(i), _stop.Token)));
        _workers = Task.WhenAll([.. calls, .. streams]);
    }

    /// <summary>Ends the load, after the calls that are running.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _workers;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var client in _clients)
            await client.DisposeAsync();
        _stop.Dispose();
    }

    private Target.TargetClient ClientOf(int worker) => _clients[worker % Count].GetRequiredService<Target.TargetClient>();
}
