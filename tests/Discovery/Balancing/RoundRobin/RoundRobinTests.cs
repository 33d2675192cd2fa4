using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class RoundRobinTests
{
    [Fact]
    public async Task Each_endpoint_has_its_turn()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        foreach (var name in new[] { "a", "b", "c" })
            await service.StartAsync(name);
        await service.TellAndReachAsync();

        Assert.Equal([100, 100, 100], (await service.ShareAsync(300)).Values);
    }

    [Fact]
    public async Task An_endpoint_that_joins_gets_calls_and_one_that_leaves_gets_no_more()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("a");
        await service.StartAsync("b");
        await service.StartAsync("c");
        await service.TellAndReachAsync("a", "b");
        Assert.Equal(0, service["c"].Calls);

        await service.TellAndReachAsync("b", "c");
        var share = await service.ShareAsync(20);

        Assert.Equal((0, 10, 10), (share["a"], share["b"], share["c"]));
    }

    [Fact]
    public async Task A_server_that_stops_and_comes_back_loses_and_regains_its_turn_without_a_failed_waiting_call()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("a");
        await service.StartAsync("b");
        await service.TellAndReachAsync();
        var port = new Uri("http://" + service["b"].Backend.Address).Port;

        await service["b"].Backend.DisposeAsync();
        // A call may still meet the broken connection; afterwards none does.
        await Eventually.True(() => Succeeds(service) && Succeeds(service) && Succeeds(service), "calls avoid the stopped server");
        await using var again = await Backend.StartAsync(port: port);
        await Eventually.True(() => { service.Client.Unary(new()); return again.Calls > 0; }, "the server is called again");
    }

    [Fact]
    public async Task Without_a_server_that_answers_a_call_fails_with_the_reason_and_recovers()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("a");
        await service.TellAndReachAsync();
        var port = new Uri("http://" + service["a"].Backend.Address).Port;
        await service["a"].Backend.DisposeAsync();

        var failure = "";
        await Eventually.True(() => (failure = FailureOf(service)).Contains("refused", StringComparison.Ordinal), "the reason is shown");
        var waiting = service.Client.UnaryAsync(new ProbeRequest { Text = "hi" }, new CallOptions().WithWaitForReady());
        await using var again = await Backend.StartAsync(port: port);
        Assert.Equal("hi", (await waiting).Text);
    }

    [Fact]
    public async Task A_failure_of_the_resolver_is_the_calls_only_as_long_as_there_is_no_connection()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("a");
        service.TellFailure("nothing is known");
        var error = await Assert.ThrowsAsync<RpcException>(() => service.Client.UnaryAsync(new()).ResponseAsync);
        Assert.Equal("nothing is known", error.Status.Detail);

        await service.TellAndReachAsync();
        service.TellFailure("nothing is known any more");
        await service.Client.UnaryAsync(new());
    }

    [Fact]
    public async Task An_endpoint_that_is_listed_but_down_is_called_once_it_is_up_although_the_resolver_has_failed_since()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        var server = await service.StartAsync("a");
        var address = new Uri("http://" + server.Backend.Address);
        service.Tell();
        await server.Backend.DisposeAsync();
        await Eventually.True(() => FailureOf(service).Length > 0, "it is down");
        service.TellFailure("nothing is known any more");
        Assert.Contains("nothing is known any more", FailureOf(service), StringComparison.Ordinal);

        await using var again = await Backend.StartAsync(port: address.Port);
        await Eventually.True(() => Succeeds(service), "it is called");
    }

    [Fact]
    public async Task An_address_that_stands_in_the_list_twice_has_one_turn()
    {
        await using var service = new BalancedService(LoadBalancingPolicies.RoundRobin);
        await service.StartAsync("a");
        await service.StartAsync("b");
        await service.TellAndReachAsync("a", "b", "a");

        Assert.Equal([10, 10], (await service.ShareAsync(20)).Values);
    }

    private static bool Succeeds(BalancedService service) => FailureOf(service).Length == 0;

    private static string FailureOf(BalancedService service)
    {
        try
        {
            service.Client.Unary(new ProbeRequest());
            return "";
        }
        catch (RpcException exception)
        {
            return exception.ToString();
        }
    }
}
