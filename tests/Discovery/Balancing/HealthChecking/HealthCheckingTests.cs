using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class HealthCheckingTests : IAsyncDisposable
{
    private readonly HealthDouble _health = new();
    private readonly BalancedService _service = new(
        LoadBalancingPolicies.RoundRobin,
        new Dictionary<string, object> { ["healthChecking"] = new Dictionary<string, object> { ["serviceName"] = "acme.Users" } });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_server_that_reports_NOT_SERVING_gets_no_new_call_until_it_serves_again()
    {
        await _service.StartAsync("watched", configure: _health.Add);
        await _service.StartAsync("other");
        await _service.TellAndReachAsync();

        _health.Set(HealthDouble.NotServing);
        await Eventually.True(() => IsLeftOut(), "it gets no call");
        Assert.Equal(0, (await _service.ShareAsync(50))["watched"]);

        _health.Set(HealthDouble.Serving);
        await _service.ReachAsync([_service["watched"]]);
    }

    [Fact]
    public async Task A_server_without_a_health_service_is_healthy()
    {
        await _service.StartAsync("plain");
        await _service.TellAndReachAsync();
    }

    [Fact]
    public async Task It_is_asked_for_the_service_of_the_configuration_over_the_connection_that_calls_use()
    {
        await _service.StartAsync("watched", configure: _health.Add);
        await _service.TellAndReachAsync();

        var (service, connection) = Assert.Single(_health.Watches);
        Assert.Equal("acme.Users", service);
        Assert.Equal(connection, Assert.Single(_service["watched"].Connections).Key);
    }

    [Fact]
    public async Task A_server_that_never_served_is_not_called_and_the_failure_says_why()
    {
        _health.Set(HealthDouble.NotServing);
        await _service.StartAsync("watched", configure: _health.Add);
        _service.Tell();

        var error = await Assert.ThrowsAsync<RpcException>(() => _service.Client.UnaryAsync(new()).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal($"{_service["watched"].Backend.Address} is not healthy: it reports NotServing", error.Status.Detail);
        Assert.Equal(0, _service["watched"].Calls);
    }

    [Fact]
    public async Task A_watch_that_breaks_is_opened_again()
    {
        await _service.StartAsync("watched", configure: _health.Add);
        await _service.TellAndReachAsync();

        _health.Break();

        await Eventually.True(() => _health.Watches.Count == 2, "it is watched again");
        await _service.ReachAsync([_service["watched"]]);
    }

    [Fact]
    public async Task It_is_no_longer_watched_once_it_has_left()
    {
        await _service.StartAsync("watched", configure: _health.Add);
        await _service.StartAsync("other");
        await _service.TellAndReachAsync();

        await _service.TellAndReachAsync("other");
        await _service.TellAndReachAsync("watched", "other");

        Assert.Equal(2, _health.Watches.Count);
    }

    private bool IsLeftOut()
    {
        var before = _service["watched"].Calls;
        for (var i = 0; i < 4; i++)
            _service.Client.Unary(new ProbeRequest());
        return _service["watched"].Calls == before;
    }
}
