using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls from a few callers until disposed, without a pause unless told otherwise, and keeps every failure.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _callers;
    private readonly TimeSpan _pause;
    private readonly CallOptions _options;
    private int _calls;

    public Load(CallInvoker invoker, int callers = 4, TimeSpan pause = default, bool waitForReady = false)
    {
        _pause = pause;
        _options = new CallOptions().WithWaitForReady(waitForReady);
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(new Probe.ProbeClient(invoker)))));
    }

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
        // A call that outlives its deadline is a failure as well.
        await _callers.WaitAsync(Deadline * 2);
        _stop.Dispose();
    }

    private async Task CallAsync(Probe.ProbeClient client)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await client.UnaryAsync(new ProbeRequest(), _options.WithDeadline(DateTime.UtcNow + Deadline));
            }
            catch (Exception exception)
            {
                Failures.Enqueue(exception.ToString());
            }

            Interlocked.Increment(ref _calls);
            if (_pause > TimeSpan.Zero)
                await Task.Delay(_pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
