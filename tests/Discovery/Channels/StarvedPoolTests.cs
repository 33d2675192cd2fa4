using Interceptors.Testing;
using Interceptors.Testing.Server;

namespace Interceptors.Discovery.Tests;

/// <summary>Callers that block all threads of the pool for seconds, so that nothing that comes is read in time.</summary>
public sealed class StarvedPoolTests
{
    private const string Prefix = "/starved/";

    [Fact]
    [Trait("case", "discovery 5")]
    public async Task Fifty_blocking_calls_on_a_cold_channel_succeed_as_on_one_of_gRPC()
    {
        await using var cluster = await EtcdCluster.StartNewAsync();
        await using var server = await ServerProcess.StartAsync(cluster.Members[0], Prefix, TimeSpan.FromMinutes(1));
        var one = cluster.Members[0].Endpoint;
        var all = string.Join(',', cluster.Members.Select(m => m.Endpoint));

        var outputs = await Task.WhenAll(
            BlockingCalls.RunAsync($"http://{server.Address}", one, Prefix),
            BlockingCalls.RunAsync("etcd:///user", one, Prefix),
            BlockingCalls.RunAsync("etcd:///user", all, Prefix));

        // No warning either.
        Assert.All(outputs, output => Assert.Equal(["50 of 50 calls succeeded"], output));
    }
}
