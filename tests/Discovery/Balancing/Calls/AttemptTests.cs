using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls that are sent more than once.</summary>
public sealed class AttemptTests
{
    [Fact]
    public async Task Each_retry_is_picked_by_itself_and_so_gets_past_a_server_that_fails()
    {
        await using var service = await DiscoveredService.StartAsync("memory", etcd: null, 100, 100);
        var channel = service.Open(o => o.ServiceConfig.Json = Configured.Methods(
            """
            "retryPolicy":{"maxAttempts":2,"initialBackoff":"0.001s","maxBackoff":"0.001s","backoffMultiplier":1,"retryableStatusCodes":[
                "UNAVAILABLE"]}
            """));
        await service.ReachAsync(channel, service.Backends);
        var count = service.Backends[0].Observer.OnCall;
        service.Backends[0].Observer.OnCall = async context =>
        {
            await count(context);
            throw new RpcException(new Status(StatusCode.Unavailable, "is down"));
        };

        var client = new Probe.ProbeClient(channel);
        var before = service.Backends.Sum(b => b.Calls);
        for (var i = 0; i < 20; i++)
            await client.UnaryAsync(new ProbeRequest());

        // Two attempts whenever the failing one has its turn.
        Assert.InRange(service.Backends.Sum(b => b.Calls) - before, 21, 40);
    }

    [Theory]
    [InlineData(LoadBalancingPolicies.RoundRobin)]
    [InlineData(LoadBalancingPolicies.WeightedRoundRobin)]
    [InlineData(LoadBalancingPolicies.LeastRequest)]
    public async Task Each_hedge_is_picked_by_itself_and_the_one_that_lost_is_in_flight_no_more(string policy)
    {
        await using var service = await DiscoveredService.StartAsync("memory", etcd: null, 100, 100);
        var channel = service.Open(o =>
        {
            o.LoadBalancingPolicy = policy;
            o.ServiceConfig.Json = Configured.Methods(
                """
                "hedgingPolicy":{"maxAttempts":5,"hedgingDelay":"0.005s"}
                """);
            // So that each attempt is seen to its end.
            o.Balancing.OutlierEjection = new OutlierEjectionOptions { MaxEjectionPercent = 0 };
        });
        await service.ReachAsync(channel, service.Backends);
        var hanging = service.Backends[0];
        hanging.Observer.OnCall = context => Task.Delay(Timeout.Infinite, context.CancellationToken);

        var client = new Probe.ProbeClient(channel);
        for (var i = 0; i < 10; i++)
        {
            try
            {
                await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + TimeSpan.FromSeconds(20));
            }
            catch (RpcException exception)
            {
                Assert.Fail($"{policy}: {exception.Status}");
            }
        }

        await Eventually.True(() => hanging.Observer.Running == 0, "what has lost is cancelled");
    }
}
