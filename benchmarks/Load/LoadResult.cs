using Interceptors.Benchmarks.Reports;
using Interceptors.Benchmarks.Serving;

namespace Interceptors.Benchmarks.Load;

/// <summary>What the rounds of one variant have measured.</summary>
internal sealed class LoadResult(Variant variant)
{
    public Variant Variant => variant;

    public List<double> CallsPerSecond { get; } = [];

    public List<double> P50 { get; } = [];

    public List<double> P99 { get; } = [];

    public List<ProcessCost> Client { get; } = [];

    public List<ProcessCost> Server { get; } = [];

    public double ClientBytes => Client.Select(static cost => cost.Bytes).Median();

    public double ServerBytes => Server.Select(static cost => cost.Bytes).Median();

    /// <summary>Of both processes together.</summary>
    public List<double> Cpu => [.. Client.Zip(Server, static (client, server) => client.CpuMicroseconds + server.CpuMicroseconds)];

    public async Task MeasureAsync(Workload workload, ClosedLoop loop, ServerProcess server, TimeSpan time, bool keep)
    {
        var call = variant.CallOf(workload);
        var serverBefore = await server.AskAsync();
        var clientBefore = ProcessCost.Now();
        var seconds = await loop.RunAsync(call, time);
        var client = ProcessCost.Now() - clientBefore;
        var serverCost = (await server.AskAsync()).Cost - serverBefore.Cost;
        if (!keep)
            return;
        CallsPerSecond.Add(loop.Calls / seconds);
        P50.Add(loop.Microseconds.Median());
        P99.Add(loop.Microseconds.Percentile(99));
        Client.Add(client / loop.Calls);
        Server.Add(serverCost / loop.Calls);
    }
}
