using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>A server that is down gets little more than the calls that there are, however many services in front of it retry.</summary>
public sealed class RetryStormTests
{
    private const int Calls = 1000;
    private const int Callers = 10;

    [Fact]
    public async Task A_client_and_four_services_with_three_attempts_each_make_1_3_attempts_a_call()
    {
        await using var chain = await HopChain.StartAsync(4, configure: static options => options.Resilience = Retry);
        var leaf = 0;
        chain.Last.Observer.OnCall = _ =>
        {
            Interlocked.Increment(ref leaf);
            throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        };
        var client = chain.First.Client(channel => channel.Intercept(
            ClientInterceptors.Standard(configure: static options => options.Resilience = Retry)));

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = 0; i < Calls / Callers; i++)
            {
                var failure = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(client, CallKind.Unary));
                Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
            }
        }));

        Assert.InRange(leaf, Calls, 1.3 * Calls);
    }

    [Fact]
    public async Task One_call_is_repeated_by_one_service_at_a_time()
    {
        await using var chain = await HopChain.StartAsync(4, configure: static options => options.Resilience = Retry);
        var leaf = 0;
        chain.Last.Observer.OnCall = _ =>
        {
            leaf++;
            throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        };
        var client = chain.First.Client(channel => channel.Intercept(
            ClientInterceptors.Standard(configure: static options => options.Resilience = Retry)));

        await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(client, CallKind.Unary));

        // The last but one service tries three times; each of the others, and the client, twice more. Not 81.
        Assert.Equal(3 + 2 + 2 + 2, leaf);
    }

    private static void Retry(ResilienceOptions options) => options.Retry = new RetryOptions
    {
        BaseDelay = TimeSpan.FromMilliseconds(1),
        IdempotentMethods = { "*" },
    };
}
