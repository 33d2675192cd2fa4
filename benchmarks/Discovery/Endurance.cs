using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// What the client's process holds after millions of calls and thousands of changes of the list, which come spread evenly over the calls:
/// four endpoints that stay, four that come and go, written into a real etcd.
/// </summary>
internal static class Endurance
{
    private const int Callers = 64;
    private const int Staying = 4;
    private const int Moving = 4;
    private const int Looks = 10;

    public static async Task MeasureAsync(Report report, int calls, int changes)
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var etcdChannel = GrpcChannel.ForAddress(etcd.Endpoint);
        using var server = await ServerProcess.StartAsync();
        var list = new ChangingList(new ServiceList(etcdChannel, "bench"), server.PortOf(ServerKinds.Bare));
        await list.BeginAsync();
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseEtcd(etcd.Endpoint));
        var callers = new CountedCallers(factory.CreateClient<Bench.BenchClient>("etcd:///bench"), calls);

        var table = new Table(
            $"{calls:#,0} calls of {Callers} callers, {changes:#,0} changes of the list in etcd",
            "calls", "changes", "failed", "s",
            "managed KB after a full collection", "working set MB", "threads", "descriptors", "timers", "connections");
        // The first look is at what there is when the code is compiled and all connections are there.
        long[] looks = [calls / 100, .. Enumerable.Range(1, Looks - 1).Select(i => (long)calls * i / Looks), long.MaxValue];
        var look = 0;
        var start = Stopwatch.GetTimestamp();
        var running = callers.RunAsync(Callers);
        var changed = 0;
        while (!running.IsCompleted)
        {
            var ended = callers.Ended;
            for (; changed < (long)changes * ended / calls; changed++)
                await list.ChangeAsync(changed);
            if (ended >= looks[look])
            {
                Progress.Show($"discovery, endurance: {ended:#,0} of {calls:#,0} calls");
                await LookAsync(ended);
                look++;
            }

            await Task.Delay(1);
        }

        await running;
        for (; changed < changes; changed++)
            await list.ChangeAsync(changed);
        await LookAsync(calls);
        report.Add(table);

        async Task LookAsync(int ended)
        {
            var managed = GC.GetTotalMemory(forceFullCollection: true);
            using var self = Process.GetCurrentProcess();
            table.Add(
                ended.ToString("#,0", CultureInfo.InvariantCulture), (double)changed, (double)callers.Failed,
                Stopwatch.GetElapsedTime(start).TotalSeconds, managed / 1000.0, self.WorkingSet64 / 1e6, (double)self.Threads.Count,
                (double)Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), (double)Timer.ActiveCount,
                (double)(await server.AskAsync()).Open);
        }
    }

    private sealed class ChangingList(ServiceList list, int port)
    {
        public async Task BeginAsync()
        {
            for (var i = 0; i < Staying; i++)
                await list.PutAsync($"{i}", AddressOf(i));
        }

        /// <summary>Each one that moves comes, then each goes, in turn.</summary>
        public Task ChangeAsync(int change)
        {
            var i = Staying + (change % Moving);
            return change / Moving % 2 == 0 ? list.PutAsync($"{i}", AddressOf(i)) : list.DeleteAsync($"{i}");
        }

        private string AddressOf(int i) => $"127.0.0.{i + 1}:{port}";
    }

    private sealed class CountedCallers(Bench.BenchClient client, int calls)
    {
        private int _begun;
        private int _ended;
        private int _failed;

        public int Ended => Volatile.Read(ref _ended);

        public int Failed => Volatile.Read(ref _failed);

        public Task RunAsync(int callers) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));

        private async Task CallAsync()
        {
            var request = new Payload();
            while (Interlocked.Increment(ref _begun) <= calls)
            {
                try
                {
                    await client.EchoAsync(request);
                }
                catch (RpcException)
                {
                    Interlocked.Increment(ref _failed);
                }

                Interlocked.Increment(ref _ended);
            }
        }
    }
}
