using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Calls of all kinds from several callers without a pause, until disposed; keeps how they failed.</summary>
internal sealed class MixedLoad : IAsyncDisposable
{
    private static readonly CallKind[] Kinds = Enum.GetValues<CallKind>();

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _callers;
    private int _calls;
    private int _cutsBegun;
    private int _cutsDone;

    public MixedLoad(Probe.ProbeClient client, int callers)
    {
        var driver = new CallDriver(client);
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(driver, caller))));
    }

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The failures, and whether a server was being cut while the call was under way.</summary>
    public ConcurrentQueue<(StatusCode Code, bool IsCut)> Failures { get; } = new();

    /// <summary>Waits until this many more calls have ended.</summary>
    public Task MoreAsync(int calls)
    {
        var goal = Calls + calls;
        return Eventually.True(() => Calls >= goal, $"{calls} more calls end");
    }

    /// <summary>Calls that are under way meanwhile may fail.</summary>
    public async Task WhileCutAsync(Func<Task> cut)
    {
        Interlocked.Increment(ref _cutsBegun);
        await cut();
        // One that had not been called yet is missed meanwhile as well.
        await MoreAsync(50);
        Interlocked.Increment(ref _cutsDone);
    }

    /// <summary>Begins no more calls, and waits for those that run.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        // A call that never ends shows here.
        await _callers.WaitAsync(Watching.Bound);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private async Task CallAsync(CallDriver driver, int caller)
    {
        for (var call = caller; !_stop.IsCancellationRequested; call++)
        {
            var done = Volatile.Read(ref _cutsDone);
            var code = await driver.RunAsync(Kinds[call % Kinds.Length], CallEnd.Success, () => Task.CompletedTask);
            if (code != StatusCode.OK)
                Failures.Enqueue((code, Volatile.Read(ref _cutsBegun) > done));
            Interlocked.Increment(ref _calls);
        }
    }
}
