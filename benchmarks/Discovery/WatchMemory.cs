using Grpc.Net.Client;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>What a process holds for each service that it follows.</summary>
internal static class WatchMemory
{
    private const int Services = 500;
    private const int Instances = 3;

    public static async Task MeasureAsync(Report report)
    {
        Progress.Show("discovery, memory of watches");
        await using var etcd = await EtcdProcess.StartNewAsync();
        using (var channel = GrpcChannel.ForAddress(etcd.Endpoint))
        {
            for (var i = 0; i < Services; i++)
            {
                var list = new ServiceList(channel, $"service-{i}");
                for (var instance = 0; instance < Instances; instance++)
                    await list.PutAsync($"{instance}", $"10.0.0.{instance + 1}:80");
            }
        }

        var options = new EtcdOptions();
        options.Endpoints.Add(etcd.Endpoint);
        await using var source = new EtcdEndpointSource(options);
        using var stop = new CancellationTokenSource();
        var reading = new List<Task>();
        await FollowAsync(source, "service-0", reading, stop.Token);
        var (held, spent) = (GC.GetTotalMemory(forceFullCollection: true), ProcessCost.Now());
        for (var i = 1; i < Services; i++)
            await FollowAsync(source, $"service-{i}", reading, stop.Token);
        var cost = (ProcessCost.Now() - spent) / (Services - 1);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - held) / (double)(Services - 1);

        var table = new Table(
            $"A followed service of {Instances} instances, mean of {Services}", "", "KB held", "KB allocated to begin", "CPU us to begin");
        table.Add("EtcdEndpointSource", each / 1000, cost.Bytes / 1000, cost.CpuMicroseconds);
        report.Add(table);
        await stop.CancelAsync();
        foreach (var reader in reading)
            await reader.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Returns when the list is known, and goes on reading.</summary>
    private static async Task FollowAsync(EtcdEndpointSource source, string service, List<Task> reading, CancellationToken stop)
    {
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reading.Add(ReadAsync());
        await known.Task;

        async Task ReadAsync()
        {
            await foreach (var snapshot in source.WatchAsync(service, stop))
            {
                if (!snapshot.IsStale)
                    known.TrySetResult();
            }
        }
    }
}
