using System.Collections.Concurrent;
using Demo;
using Interceptors.Propagation;
using Quickstart.Clients;
using Quickstart.Logs;
using Quickstart.Narration;
using Quickstart.Options;
using Quickstart.Registries;
using Quickstart.Servers;

namespace Quickstart.Scenes;

/// <summary>The servers and clients that all scenes share.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>How long a scene waits for what should happen at once; a registry that is away may take its time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentBag<DemoServer> _servers = [];
    private readonly List<DemoServer> _greeters = [];
    private readonly DemoClient[] _clients;

    public Stage(Registry registry, Narrator narrator)
    {
        Registry = registry;
        Narrator = narrator;
        _clients =
        [
            new(Registry.Greeter, registry, Tape), new(Registry.Gateway, registry, Tape),
            new(Registry.Greeter, registry), new(Registry.Gateway, registry),
        ];
    }

    public Registry Registry { get; }

    public Narrator Narrator { get; }

    public LogTape Tape { get; } = new();

    /// <summary>What the client knows of the call whose handler crashed; null until then.</summary>
    public CallExplanation? Crashed { get; set; }

    public IReadOnlyList<DemoServer> Greeters => _greeters;

    public Greeter.GreeterClient Greeter => _clients[0].Greeter;

    public Greeter.GreeterClient Gateway => _clients[1].Greeter;

    /// <summary>Clients for load, which log nothing.</summary>
    public Greeter.GreeterClient QuietGreeter => _clients[2].Greeter;

    public Greeter.GreeterClient QuietGateway => _clients[3].Greeter;

    /// <summary>Starts three greeters and the gateway, and waits until the clients call them.</summary>
    public async Task SetAsync(CancellationToken stop)
    {
        for (var i = 0; i < 3; i++)
            await AddGreeterAsync(stop);
        _servers.Add(await DemoServer.StartGatewayAsync(Registry, Tape));
        try
        {
            await ConnectAsync(stop).WaitAsync(Patience, stop);
        }
        catch (TimeoutException exception)
        {
            throw new SetupException($"The clients don't reach the greeters: {exception.Message}");
        }

        foreach (var greeter in _greeters)
            Narrator.Say($"{greeter.Name} listens on {greeter.Address}, registered for {Registry.TargetOf(Registry.Greeter)}");
    }

    public async Task<DemoServer> AddGreeterAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var greeter = await DemoServer.StartGreeterAsync($"greeter-{_greeters.Count + 1}", Registry, Tape);
        _servers.Add(greeter);
        _greeters.Add(greeter);
        return greeter;
    }

    /// <summary>Ends clients before servers, and servers all at once.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask()));
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        await Registry.WaitAsync(snapshot => snapshot.Endpoints.Length == _greeters.Count, Patience, stop);
        foreach (var client in _clients)
            await client.ConnectAsync(stop);
    }
}
