using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// How soon a change in etcd reaches the calls: three servers that stay, a fourth that comes and goes, callers that never pause. Each way
/// to follow etcd in turn, round by round, with a service of its own, so that the others have nothing to do meanwhile. Each change comes
/// after a quiet time.
/// </summary>
internal static class LiveChanges
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task MeasureAsync(Report report, int rounds, int callers)
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var etcdChannel = GrpcChannel.ForAddress(etcd.Endpoint);
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(static _ => SeenServer.StartAsync()));
        var moving = servers[^1];
        var lists = Enumerable.Range(0, 3).Select(i => new ServiceList(etcdChannel, $"bench{i}")).ToArray();
        foreach (var list in lists)
        {
            for (var i = 0; i < servers.Length - 1; i++)
                await list.PutAsync(i.ToString(CultureInfo.InvariantCulture), servers[i].Address);
        }

        await using var factory = DiscoveryChannelFactory.Create(o => o.UseEtcd(etcd.Endpoint));
        // Of its own: over the writer's connection the news would come together with the acknowledgement.
        using var naiveEtcd = GrpcChannel.ForAddress(etcd.Endpoint);
        await using var services = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new NaiveWatchResolverFactory(naiveEtcd, lists[2].Prefix)).BuildServiceProvider();
        using var naive = GrpcChannel.ForAddress("naive:///bench", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        });
        Follower[] followers =
        [
            new("etcd:///, defaults", lists[0], factory.CreateClient<Bench.BenchClient>("etcd:///bench0")),
            new("etcd:///, no debounce", lists[1], factory.CreateClient<Bench.BenchClient>(
                "etcd:///bench1", static o => o.Resolution.DebounceTime = TimeSpan.Zero)),
            new("naive watch, stock round_robin", lists[2], new Bench.BenchClient(naive)),
        ];
        for (var round = -3; round < rounds; round++)
        {
            foreach (var follower in followers)
            {
                Progress.Show($"discovery, changes, round {round + 1} of {rounds}: {follower.Name}");
                await follower.MeasureAsync(moving, callers, keep: round >= 0);
            }
        }

        var table = new Table(
            $"From etcd's acknowledgement to the calls, ms, {rounds} rounds, {callers} callers",
            "follower", "put to first call p50", "p99", "max", "delete to last call p50", "p99 ", "max ", "calls", "failed");
        foreach (var follower in followers)
        {
            table.Add(
                follower.Name, follower.Joins.Median(), follower.Joins.Percentile(99), follower.Joins.Max(), follower.Leaves.Median(),
                follower.Leaves.Percentile(99), follower.Leaves.Max(), (double)follower.Calls, (double)follower.Failed);
        }

        report.Add(table);
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    private sealed class Follower(string name, ServiceList list, Bench.BenchClient client)
    {
        private volatile bool _stop;
        private long _calls;
        private long _failed;

        public string Name => name;

        public List<double> Joins { get; } = [];

        public List<double> Leaves { get; } = [];

        public long Calls => Volatile.Read(ref _calls);

        public long Failed => Volatile.Read(ref _failed);

        public async Task MeasureAsync(SeenServer moving, int callers, bool keep)
        {
            _stop = false;
            var calling = Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)).ToArray();
            await Task.Delay(Quiet);

            var first = moving.NextAsync();
            await list.PutAsync("moving", moving.Address);
            var put = Stopwatch.GetTimestamp();
            var joined = Stopwatch.GetElapsedTime(put, await first.WaitAsync(Patience)).TotalMilliseconds;

            await Task.Delay(Quiet);
            await list.DeleteAsync("moving");
            var deleted = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(Math.Max(deleted, moving.Last)) < Quiet)
                await Task.Delay(5);
            var left = Stopwatch.GetElapsedTime(deleted, moving.Last).TotalMilliseconds;

            _stop = true;
            await Task.WhenAll(calling);
            if (!keep)
                return;
            Joins.Add(joined);
            Leaves.Add(left);
        }

        private async Task CallAsync()
        {
            var request = new Payload();
            while (!_stop)
            {
                Interlocked.Increment(ref _calls);
                try
                {
                    await client.EchoAsync(request);
                }
                catch (RpcException)
                {
                    Interlocked.Increment(ref _failed);
                }
            }
        }
    }
}
