using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Callers that call without a pause, some on each of several channels, and keep how their calls failed.</summary>
internal sealed class KilledServerClients : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly BalancedService[] _channels;
    private readonly Task _callers;
    private int _calls;

    public KilledServerClients(string policy, string[] addresses, int channels, int callersOfEach)
    {
        _channels = [.. Enumerable.Range(0, channels).Select(_ => new BalancedService(policy))];
        foreach (var channel in _channels)
            channel.TellAddresses(addresses);
        _callers = Task.WhenAll(_channels.SelectMany(c => Enumerable.Range(0, callersOfEach).Select(_ => Task.Run(() => CallAsync(c)))));
    }

    /// <summary>The statuses of the calls that failed.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Waits until this many more calls have ended.</summary>
    public async Task MoreAsync(int calls)
    {
        var goal = Volatile.Read(ref _calls) + calls;
        await Eventually.True(() => Volatile.Read(ref _calls) >= goal, $"{calls} more calls end", Watching.Bound);
    }

    /// <summary>Waits until each of these addresses has answered a call of each channel.</summary>
    public async Task ReachAsync(params string[] addresses)
    {
        foreach (var channel in _channels)
            channel.Answered.Clear();
        try
        {
            await Eventually.True(
                () => Array.TrueForAll(_channels, c => addresses.All(c.Answered.ContainsKey)), "the servers answer on each channel",
                Watching.Bound);
        }
        catch (TimeoutException exception)
        {
            var states = _channels.SelectMany(
                c => c.All.Select(e => $"{e} {e.Phase}, connected {e.IsConnected}, ready {e.Connection?.IsReady}"));
            throw new TimeoutException(
                $"{exception.Message} {string.Join("; ", states)}. Last logged: "
                + string.Join(" | ", _channels.SelectMany(c => c.Logs.Lines.TakeLast(5)).Select(l => l.Message)), exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _callers.WaitAsync(Watching.Bound);
        foreach (var channel in _channels)
            await channel.DisposeAsync();
        _stop.Dispose();
    }

    private async Task CallAsync(BalancedService channel)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await channel.Client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound);
            }
            catch (RpcException exception)
            {
                Failures.Enqueue(exception.Status.ToString());
            }

            Interlocked.Increment(ref _calls);
        }
    }
}
