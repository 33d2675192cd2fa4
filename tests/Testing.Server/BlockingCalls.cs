using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;

namespace Interceptors.Testing.Server;

/// <summary>
/// Blocking calls on a cold channel that all begin at once, on two processors: each holds a thread of the pool, which starves it for some
/// seconds. In a process of its own, since it would starve whatever else is in it.
/// </summary>
public static class BlockingCalls
{
    /// <summary>The first argument of such a process.</summary>
    public const string Verb = "call";

    private const int Callers = 50;

    /// <summary>Makes the calls, and says how they ended and what was logged.</summary>
    /// <param name="target">The target of a discovery channel, or an address with a scheme for a channel of gRPC for .NET.</param>
    /// <param name="etcd">Where to find etcd.</param>
    /// <param name="prefix">Under which prefix.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(string target, string etcd, string prefix)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BlockingCalls).Assembly.Location, Verb, target, etcd, prefix])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_PROCESSOR_COUNT"] = "2" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What such a process does.</summary>
    internal static int Call(string target, string etcd, string prefix)
    {
        var lines = new ConcurrentQueue<string>();
        var logging = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new QueueLogging(lines)));
        using var factory = DiscoveryChannelFactory.Create(o => o.UseEtcd(etcd, e => e.Prefix = prefix).UseLoggerFactory(logging));
        ChannelBase channel = target.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal)
            ? GrpcChannel.ForAddress(target)
            : factory.CreateChannel(target);
        var client = new Probe.ProbeClient(channel);
        var clock = Stopwatch.StartNew();
        var succeeded = 0;
        var calls = Enumerable.Range(0, Callers).Select(_ => Task.Run(() =>
        {
            try
            {
                client.Unary(new ProbeRequest());
                Interlocked.Increment(ref succeeded);
            }
            catch (RpcException exception)
            {
                lines.Enqueue(exception.Status.ToString());
            }
        })).ToArray();
        Task.WaitAll(calls);
        Console.WriteLine($"{succeeded} of {Callers} calls succeeded");
        Console.Error.WriteLine($"{target}: {succeeded} of {Callers} calls in {clock.Elapsed.TotalSeconds:F1} s");
        foreach (var line in lines)
            Console.WriteLine(line);
        return 0;
    }

    private sealed class QueueLogging(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
