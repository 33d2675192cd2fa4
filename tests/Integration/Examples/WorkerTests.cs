using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The example <c>Worker</c> beside the example <c>Greeter.Server</c>.</summary>
public sealed class WorkerTests
{
    [Fact]
    public async Task It_waits_for_its_server_follows_it_to_another_place_and_ends_cleanly()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var worker = ExampleProcess.Start("Worker", $"--etcd={etcd.Endpoint}");
        await using var first = await StartServerAsync(etcd);
        await worker.UntilAsync(process => IsGreetedBy(process, first), "a greeting of the first server");

        await first.TerminateAsync();
        await using var second = await StartServerAsync(etcd);
        await worker.UntilAsync(process => IsGreetedBy(process, second), "a greeting of the second server");

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain(worker.Output, line => line.Contains("RpcException", StringComparison.Ordinal));
    }

    private static async Task<ExampleProcess> StartServerAsync(EtcdProcess etcd)
    {
        var server = ExampleProcess.Start("Greeter.Server", $"--etcd={etcd.Endpoint}");
        await server.UntilAsync(process => process.Addresses.Count == 1, "the server listens");
        return server;
    }

    private static bool IsGreetedBy(ExampleProcess worker, ExampleProcess server) =>
        worker.Output.Any(line => line.Contains($"Hello, worker! (from {server.Addresses[0].Authority})", StringComparison.Ordinal));
}
