using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls without a pause from a few callers, until disposed, and keeps every failure.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _callers;
    private int _calls;

    public Load(CallInvoker invoker, int callers = 4) =>
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(new Probe.ProbeClient(invoker)))));

    public int Calls => Volatile.Read(ref _calls);

    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Waits until this many more calls have ended.</summary>
    public Task MoreAsync(int calls)
    {
        var goal = Calls + calls;
        return Eventually.True(() => Calls >= goal, $"{calls} more calls end");
    }

    public void AssertNoFailures() =>
        Assert.True(Failures.IsEmpty, $"{Failures.Count} of {Calls} calls failed; the first: {Failures.FirstOrDefault()}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _callers;
        _stop.Dispose();
    }

    private async Task CallAsync(Probe.ProbeClient client)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(20));
            }
            catch (Exception e)
            {
                Failures.Enqueue(e.ToString());
            }

            Interlocked.Increment(ref _calls);
        }
    }
}
