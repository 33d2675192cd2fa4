using System.Diagnostics;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;
using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>Many registrations of one process, all at once.</summary>
internal static class Registrations
{
    private const int Count = 1_000;

    public static async Task MeasureAsync(Report report)
    {
        var table = new Table(
            $"{Count:#,0} registrations of one process", "registry", "ms until all are registered", "ms until all are gone", "KB each",
            "CPU ms");
        await using (var etcd = await EtcdProcess.StartNewAsync())
        {
            var options = new EtcdOptions();
            options.Endpoints.Add(etcd.Endpoint);
            await using var registry = new EtcdServiceRegistry(options);
            // One before, so that the connection is there.
            await using var first = registry.Register(InstanceOf(0, "warm"));
            await first.WaitForAsync(RegistrationState.Registered);
            await MeasureAsync(table, "etcd, a lease each", registry);
        }

        await MeasureAsync(table, "in memory", new InMemoryServiceRegistry());
        report.Add(table);
    }

    private static async Task MeasureAsync(Table table, string name, IServiceRegistry registry)
    {
        Progress.Show($"discovery, registrations: {name}");
        var before = ProcessCost.Now();
        var start = Stopwatch.GetTimestamp();
        var registrations = Enumerable.Range(1, Count).Select(i => registry.Register(InstanceOf(i, "many"))).ToArray();
        await Task.WhenAll(registrations.Select(static r => r.WaitForAsync(RegistrationState.Registered)));
        var registered = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var cost = ProcessCost.Now() - before;
        start = Stopwatch.GetTimestamp();
        await Task.WhenAll(registrations.Select(static r => r.DisposeAsync().AsTask()));
        table.Add(
            name, registered, Stopwatch.GetElapsedTime(start).TotalMilliseconds, cost.Bytes / Count / 1000, cost.CpuMicroseconds / 1000);
    }

    private static ServiceInstance InstanceOf(int number, string service) =>
        new(service, new DiscoveryEndpoint($"10.0.{number / 250}.{1 + (number % 250)}", 80));
}
