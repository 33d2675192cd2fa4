using System.Diagnostics;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;
using Interceptors.Soak.Reports;
using Interceptors.Soak.Servers;
using Interceptors.Testing;
using Interceptors.Tools;

namespace Interceptors.Soak;

/// <summary>The run from the first process to the report.</summary>
internal sealed class SoakRun(SoakOptions options)
{
    private const int ServerCount = 5;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ForTheEnd = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _unobserved;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(StopSignals stop)
    {
        TaskScheduler.UnobservedTaskException += (_, _) => Interlocked.Increment(ref _unobserved);
        try
        {
            return await RunAsync(stop.Token) ? 0 : 1;
        }
        catch (Exception) when (stop.ExitCode is not null)
        {
            // Whatever was going on has been interrupted.
            Console.WriteLine("interrupted");
            return stop.ExitCode.Value;
        }
        catch (Exception exception) when (exception is SoakException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"./soak: {exception.Message}");
            return 1;
        }
    }

    private async Task<bool> RunAsync(CancellationToken stop)
    {
        await using var etcd = await EtcdCluster.StartNewAsync();
        await using var wires = new EtcdWires(etcd);
        var endpoints = etcd.Members.Select(member => member.Endpoint).ToList();
        var servers = Enumerable.Range(1, ServerCount).Select(i => new ServerProcess($"server{i}", endpoints)).ToList();
        var random = new Random(options.Seed);
        var record = new CallRecord(_clock);
        var progress = new Progress(record);
        progress.Say($"seed {options.Seed}, etcd at {string.Join(", ", endpoints)}");
        try
        {
            await Task.WhenAll(servers.Select(server => server.StartAsync(stop)));
            progress.Say(
                $"processes {string.Join(", ", etcd.Members.Select(member => $"{member.ProcessId} (etcd {member.Name})"))}, "
                + string.Join(", ", servers.Select(server => $"{server.ProcessId} ({server.Name})")));
            progress.Say(
                $"ports {string.Join(", ", wires.Ports)} (wires to etcd), "
                + string.Join(", ", servers.Select(server => $"{server.Port} ({server.Name})")));
            int[] ports = [.. servers.Select(server => server.Port), .. wires.Ports];
            var timers = Timer.ActiveCount;
            Report report;
            await using (var clients = new LoadedClients(wires.Endpoints))
            {
                var stage = new Stage(etcd, wires, servers, clients, _clock, random);
                report = await LoadAsync(clients, stage, new Schedule(stage, random, progress), record, progress, ports, stop);
            }

            await ConcludeAsync(report, servers, etcd, ports, timers, stop);
            report.Write();
            return report.IsGood;
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    /// <summary>The clients' life: load, faults, and a last look at what they know.</summary>
    private async Task<Report> LoadAsync(
        LoadedClients clients, Stage stage, Schedule schedule, CallRecord record, Progress progress, int[] ports, CancellationToken stop)
    {
        var report = new Report(options, record, schedule.Records);
        await stage.RecoverAsync(stop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var saying = progress.RunAsync(end.Token);
        try
        {
            clients.Start(record, options.Workers);
            progress.Say($"{ServerCount} servers, {options.Workers} calls at a time");
            await Task.Delay(Quiet, stop);
            report.Start = Resources.Measure(ports);
            await schedule.RunAsync(options.Duration - ForTheEnd - Quiet, stop);

            var before = stage.Servers.ToDictionary(server => server.Name, server => record.AnswersOf(server.Name));
            await Task.Delay(Quiet, stop);
            report.End = Resources.Measure(ports);
            report.ListProblem = await ListProblemAsync(stage, stop);
            foreach (var server in stage.Servers.Where(server => record.AnswersOf(server.Name) == before[server.Name]))
                report.Problems.Add($"{server.Name} got no call at the end, when nothing was wrong any more");
            return report;
        }
        finally
        {
            await end.CancelAsync();
            await saying;
        }
    }

    /// <summary>What the clients know, and what etcd itself says.</summary>
    private static async Task<string> ListProblemAsync(Stage stage, CancellationToken stop)
    {
        try
        {
            await stage.RecoverAsync(stop);
            await ServerList.WaitForAsync(stage.EtcdEndpoints, [.. stage.Servers.Select(server => server.Address)], stop);
            return "";
        }
        catch (SoakException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>After the clients: what they have left, and whether servers that stop are gone from etcd.</summary>
    private async Task ConcludeAsync(
        Report report, List<ServerProcess> servers, EtcdCluster etcd, int[] ports, long timers, CancellationToken stop)
    {
        for (var until = _clock.Elapsed + Patience; Resources.ConnectionsOf(ports).Count > 0 && _clock.Elapsed < until;)
            await Task.Delay(50, stop);
        report.LeakedConnections = Resources.ConnectionsOf(ports);
        report.LeakedTimers = Math.Max(0, Timer.ActiveCount - timers);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        report.UnobservedExceptions = Volatile.Read(ref _unobserved);

        try
        {
            await Task.WhenAll(servers.Select(server => server.StopAsync(stop)));
            await ServerList.WaitForAsync([.. etcd.Members.Select(member => member.Endpoint)], [], stop);
        }
        catch (SoakException exception)
        {
            report.Problems.Add($"at the end, when all servers were stopped: {exception.Message}");
        }
    }
}
