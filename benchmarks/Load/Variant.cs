using Grpc.Core;
using Interceptors.Benchmarks.Protocol;

namespace Interceptors.Benchmarks.Load;

/// <summary>One way to make the calls.</summary>
internal sealed class Variant(string name, Bench.BenchClient client, Func<Metadata>? headers = null)
{
    public string Name => name;

    /// <summary>Makes one call to its end.</summary>
    public Func<Task> CallOf(Workload workload) => workload.IsStream
        ? () => DownloadAsync(workload)
        : () => client.EchoAsync(workload.Payload, headers?.Invoke()).ResponseAsync;

    private async Task DownloadAsync(Workload workload)
    {
        using var call = client.Download(workload.Download, headers?.Invoke());
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
        }
    }
}
