using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A balanced service whose servers fall ill and get well again, under a clock of its own.</summary>
internal sealed class CombinedService(string policy, BalancingOptions options) : IAsyncDisposable
{
    public const string Own = "own";
    public const string Other = "other";

    private const int ConsecutiveErrors = 2;

    private readonly Dictionary<string, HealthDouble> _health = [];
    private readonly Dictionary<string, ServerConnections> _connections = [];

    public StepTime Time { get; } = new();

    public BalancedService Balanced => field ??= new BalancedService(policy, time: Time, options: options);

    public BalancedService.Server this[string name] => Balanced[name];

    /// <summary>The servers that were ever connected to.</summary>
    public string[] Connected => [.. _connections.Where(c => c.Value.IsAny).Select(c => c.Key)];

    /// <summary>The part that finds servers with an ailment.</summary>
    public static BalancingOptions PartFor(Ailment ailment) => ailment == Ailment.NotServing
        ? new BalancingOptions { HealthChecking = new HealthCheckingOptions() }
        : new BalancingOptions { OutlierEjection = new() { ConsecutiveErrors = ConsecutiveErrors, MaxEjectionPercent = 100 } };

    public async Task StartAsync(string name, int weight = 100, string? zone = null)
    {
        var (health, connections) = (_health[name] = new HealthDouble(), _connections[name] = new ServerConnections());
        await Balanced.StartAsync(name, weight, zone, services =>
        {
            health.Add(services);
            connections.Add(services);
        });
    }

    /// <summary>Tells the servers of these names, or all, and waits until so many take calls.</summary>
    public async Task TellAsync(int ready, params string[] names)
    {
        Balanced.Tell(names);
        await Balanced.ConnectAsync().WaitAsync(Watching.Bound);
        await ShowsAsync("ready", ready);
    }

    public Task ShowsAsync(string state, int endpoints) =>
        Eventually.True(() => Balanced.Endpoints(state) == endpoints, $"{endpoints} endpoints are {state}");

    /// <summary>The servers that were ever connected to, once there are so many. A server may know later than its client.</summary>
    public async Task<string[]> ConnectedAsync(int servers)
    {
        await Eventually.True(() => Connected.Length >= servers, $"{servers} servers are connected");
        return Connected;
    }

    public void SetHealth(string name, byte status) => _health[name].Set(status);

    /// <summary>Lets a server fall ill, and waits until it is known.</summary>
    public async Task FallIllAsync(string name, Ailment ailment)
    {
        var ready = Balanced.Endpoints("ready");
        if (ailment == Ailment.NotServing)
        {
            SetHealth(name, HealthDouble.NotServing);
        }
        else
        {
            this[name].Fail(StatusCode.Internal);
            for (var errors = 0; errors < ConsecutiveErrors; errors++)
                await Balanced.ReachAsync([this[name]]);
        }

        await ShowsAsync("ready", ready - 1);
    }

    /// <summary>Makes servers well, and waits until each of them takes calls.</summary>
    public async Task GetWellAsync(params string[] names)
    {
        var ready = Balanced.Endpoints("ready");
        foreach (var name in names)
        {
            this[name].Heal();
            SetHealth(name, HealthDouble.Serving);
        }

        // The longest ejection.
        Time.Advance(TimeSpan.FromMinutes(5));
        await ShowsAsync("ready", ready + names.Length);
    }

    /// <summary>
    /// Breaks a server's connections, accepts no others, and waits until the client knows: until then it may put calls on them.
    /// </summary>
    public async Task CutAsync(string name)
    {
        var address = this[name].Backend.Address;
        var stopping = this[name].Backend.StopAsync();
        _connections[name].Cut();
        await stopping;
        await Eventually.True(
            () => Balanced.All.All(e => e.Phase != EndpointPhase.Ready || e.ToString() != address), $"{name} is missed");
    }

    public async Task NothingIsInFlightAsync()
    {
        await Eventually.True(() => Balanced.All.All(e => e.InFlight == 0), "no call is in flight");
        await Eventually.True(() => _health.Keys.All(n => this[n].Running == 0), "no handler runs");
    }

    /// <summary>Calls one after the other, and asserts that these servers, and no others, share the calls as the policy says.</summary>
    public async Task SharesAsync(int calls, params string[] names)
    {
        var share = await Balanced.ShareAsync(calls);
        Assert.Equal(calls, Shares(share, names));
    }

    /// <summary>Asserts that these servers share the calls that they got as the policy says.</summary>
    /// <returns>How many they got.</returns>
    public int Shares(Dictionary<string, int> share, params string[] names)
    {
        var calls = names.Sum(n => share[n]);
        var bound = Deviation.Of(policy, options, calls, 1.0 / names.Length);
        foreach (var name in names)
        {
            var expected = policy == LoadBalancingPolicies.WeightedRoundRobin
                ? (double)calls * this[name].Weight / names.Sum(n => this[n].Weight)
                : (double)calls / names.Length;
            Assert.True(
                Math.Abs(share[name] - expected) <= bound,
                $"{name} got {share[name]} of {calls} calls instead of {expected} ± {bound}; all: {string.Join(", ", share)}");
        }

        return calls;
    }

    public ValueTask DisposeAsync() => Balanced.DisposeAsync();
}
