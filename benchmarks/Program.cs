using BenchmarkDotNet.Running;
using Interceptors.Benchmarks;
using Interceptors.Benchmarks.Discovery;
using Interceptors.Benchmarks.Load;
using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;

try
{
    switch (args)
    {
        case ["--side-by-side", "server"]:
            SideBySide.Run([typeof(ServerCalls), typeof(ServerRequests)], ServerTables.All());
            break;
        case ["--side-by-side"]:
            SideBySide.Run(
                [typeof(ClientCalls), typeof(ServerCalls), typeof(ServerRequests)], [.. ClientTables.All(), .. ServerTables.All()]);
            break;
        case ["discovery", .. var options]:
            await DiscoveryBenchmark.RunAsync(new BenchOptions(options, "rounds", "callers", "update-rounds", "calls", "changes", "only"));
            break;
        case ["load", .. var options]:
            await LoadBenchmark.RunAsync(new BenchOptions(options, "rounds", "round-ms", "only"));
            break;
        case [ServerProcess.Argument]:
            await BenchServer.RunAsync();
            break;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(ClientCalls).Assembly).Run(args);
            break;
    }

    return 0;
}
catch (ArgumentException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
