using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// A service of many instances whose weights change without a pause: whether a channel keeps up while it makes calls, and what that costs.
/// The writer is in the same process, so it runs alone first.
/// </summary>
internal static class ChangeRate
{
    private const int Instances = 1_000;
    private const int ChangesASecond = 1_500;
    private const int Callers = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task MeasureAsync(Report report)
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var server = await ServerProcess.StartAsync();
        using var writing = GrpcChannel.ForAddress(etcd.Endpoint);
        var list = new ServiceList(writing, "rate");
        var port = server.PortOf(ServerKinds.Bare);
        for (var i = 0; i < Instances; i++)
            await list.PutAsync(IdOf(i), ValueOf(i, port, weight: 1));

        Progress.Show("discovery, change rate: the writer alone");
        var alone = await WriteAsync(list, port, weight: 2);
        await using var services = new ServiceCollection().AddEtcdDiscovery(etcd.Endpoint).BuildServiceProvider();
        await using var channel = services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel(
            "etcd:///rate", static o => o.LoadBalancingPolicy = LoadBalancingPolicies.WeightedRoundRobin);
        await channel.ConnectAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var client = new Bench.BenchClient(channel.CreateCallInvoker());
        var calls = Enumerable.Range(0, Callers).Select(_ => CallAsync(client, stop.Token)).ToArray();
        var last = FollowAsync(services.GetRequiredKeyedService<IEndpointSource>(""), weight: 9, stop.Token);
        Progress.Show("discovery, change rate: with a channel");
        var followed = await WriteAsync(list, port, weight: 3);
        await list.PutAsync(IdOf(0), ValueOf(0, port, weight: 9));
        var acknowledged = Stopwatch.GetTimestamp();
        await last.WaitAsync(Patience);
        var behind = Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds;
        await stop.CancelAsync();
        var counts = await Task.WhenAll(calls);

        var table = new Table(
            $"{ChangesASecond:#,0} changes a second of a service of {Instances:#,0}, for {Duration.TotalSeconds} s", "", "changes a second",
            "behind at the end, ms", "CPU ms a second", "KB a change", "calls", "failed");
        table.Add("the writer alone", alone.Rate, double.NaN, alone.Cpu, alone.KB, double.NaN, double.NaN);
        table.Add(
            $"with a channel and {Callers} callers", followed.Rate, behind, followed.Cpu, followed.KB,
            (double)counts.Sum(static count => count.Succeeded), (double)counts.Sum(static count => count.Failed));
        report.Add(table);
    }

    private static async Task<(double Rate, double Cpu, double KB)> WriteAsync(ServiceList list, int port, int weight)
    {
        var before = ProcessCost.Now();
        var start = Stopwatch.GetTimestamp();
        var written = 0;
        using var timer = new PeriodicTimer(Tick);
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < Duration)
        {
            var due = (int)(elapsed.TotalSeconds * ChangesASecond) - written;
            await Task.WhenAll(Enumerable.Range(written, due).Select(i =>
                list.PutAsync(IdOf(i % Instances), ValueOf(i % Instances, port, weight + (i / Instances % 2)))));
            written += due;
            await timer.WaitForNextTickAsync();
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var cost = ProcessCost.Now() - before;
        return (written / seconds, cost.CpuMicroseconds / 1000 / seconds, cost.Bytes / 1000 / written);
    }

    /// <summary>Completes when the first instance is seen with a weight.</summary>
    private static async Task FollowAsync(IEndpointSource source, int weight, CancellationToken cancellationToken)
    {
        await foreach (var snapshot in source.WatchAsync("rate", cancellationToken))
        {
            if (snapshot.Endpoints.Any(endpoint => endpoint.Weight == weight))
                return;
        }
    }

    private static async Task<(int Succeeded, int Failed)> CallAsync(Bench.BenchClient client, CancellationToken stop)
    {
        var (succeeded, failed) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await client.EchoAsync(new Payload(), cancellationToken: CancellationToken.None);
                succeeded++;
            }
            catch (RpcException)
            {
                failed++;
            }

            await Task.Delay(1, CancellationToken.None);
        }

        return (succeeded, failed);
    }

    private static string IdOf(int instance) => instance.ToString(CultureInfo.InvariantCulture);

    private static string ValueOf(int instance, int port, int weight) =>
        $$$"""{"Addr":"127.1.{{{instance / 250}}}.{{{1 + (instance % 250)}}}:{{{port}}}","Metadata":{"weight":"{{{weight}}}"}}""";
}
