using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class ServiceConfigCombinationTests : IAsyncLifetime
{
    private const string Wide = """
        {"loadBalancingConfig":[{"weighted_round_robin":{
          "subset":{"size":5},"healthChecking":{"serviceName":""},"slowStart":{"window":"1s"},"zone":{"local":"own"},
          "outlierEjection":{"consecutiveErrors":2,"maxEjectionPercent":50,"baseEjectionTime":"300s"}}}]}
        """;

    private const string Narrow = """
        {"loadBalancingConfig":[{"least_request":{
          "subset":{"size":2},"healthChecking":{},"slowStart":{},"zone":{"local":"nowhere"},"outlierEjection":{},"choiceCount":2}}]}
        """;

    private static readonly int[] Weights = [100, 200, 300];

    private readonly HealthDouble _health = new();
    private readonly TemporaryFolder _folder = new();
    private DiscoveredService _service = null!;
    private string _file = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await DiscoveredService.StartAsync("memory", etcd: null);
        foreach (var weight in Weights)
            await _service.StartServerAsync(weight, _health.Add, CombinedService.Own);
        await _service.StartServerAsync(zone: CombinedService.Other);
        await _service.StartServerAsync();
        Directory.CreateDirectory(_folder.Path);
        _file = Path.Combine(_folder.Path, "config.json");
        await File.WriteAllTextAsync(_file, Wide);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_parts_of_a_service_config_count_and_change_live_without_a_failed_call()
    {
        var channel = _service.Open(o =>
        {
            o.ServiceConfig.File = _file;
            o.ServiceConfig.FilePollInterval = TimeSpan.FromMilliseconds(10);
        });
        await channel.ConnectAsync(Watching.Bound, TestContext.Current.CancellationToken);
        await SharesByWeightAsync(channel);

        await using (var load = new Load(channel.CreateCallInvoker()))
        {
            await load.MoreAsync(100);
            await ChangeAsync(Narrow, ready: 2);
            await load.MoreAsync(100);
            await ChangeAsync(Wide, ready: 5);
            await load.MoreAsync(100);
            load.AssertNoFailures();
        }

        await SharesByWeightAsync(channel);
        await IllOnesAreLeftOutAsync(channel);
    }

    /// <summary>Those of the zone, as their weights say; the others nothing.</summary>
    private async Task SharesByWeightAsync(DiscoveryChannel channel)
    {
        await ShowsAsync("ready", 5);

        var share = await _service.ShareAsync(channel, 600);

        Assert.All(Weights.Zip(share), s => Assert.InRange(s.Second - s.First, -Deviation.OfSteps(600), Deviation.OfSteps(600)));
        Assert.Equal([0, 0], share[3..]);
    }

    private async Task IllOnesAreLeftOutAsync(DiscoveryChannel channel)
    {
        // All of the zone ask the same double.
        _health.Set(HealthDouble.NotServing);
        await ShowsAsync("failing", 3);
        var count = _service.Backends[3].Observer.OnCall;
        _service.Backends[3].Observer.OnCall = async context =>
        {
            await count(context);
            throw new RpcException(new Status(StatusCode.Internal, BalancedService.Server.ToldToFail));
        };
        await _service.ShareAsync(channel, 20);

        Assert.Equal((1, 1), (_service.Endpoints("ready"), _service.Endpoints("ejected")));
        var share = await _service.ShareAsync(channel, 20);
        Assert.Equal([0, 0, 0, 0, 20], share);
    }

    private async Task ChangeAsync(string json, int ready)
    {
        var applied = _service.Logs.Named("ServiceConfigApplied").Count;
        await File.WriteAllTextAsync(_file + ".new", json);
        File.Move(_file + ".new", _file, overwrite: true);
        await Eventually.True(() => _service.Logs.Named("ServiceConfigApplied").Count == applied + 1, "the new version is applied");
        await ShowsAsync("ready", ready);
    }

    private Task ShowsAsync(string state, int endpoints) =>
        Eventually.True(() => _service.Endpoints(state) == endpoints, $"{endpoints} endpoints are {state}");
}
