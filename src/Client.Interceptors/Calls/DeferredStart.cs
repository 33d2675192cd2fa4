using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>What a call waits for before it is sent, and what ends the wait.</summary>
/// <param name="ready">Completes when the call can be sent.</param>
/// <param name="call">What is prepared; told when the call ends before.</param>
/// <param name="options">The call's deadline and cancellation.</param>
internal sealed class DeferredStart(Task ready, PreparingCall call, CallOptions options)
{
    // As long as timers go.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _ended = call.Ended;
    private volatile bool _cancelled;

    /// <summary>Waits, no longer than the call may take.</summary>
    /// <param name="notes">Told of the wait; null for nobody.</param>
    /// <exception cref="RpcException">The call has ended before, or can't be sent.</exception>
    public async Task WaitAsync(CallNotes? notes)
    {
        using var wait = notes?.BeginWait(call.WaitsFor);
        using var caller = options.CancellationToken.UnsafeRegister(static self => ((DeferredStart)self!).Cancel(), this);
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime;
            _ended.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest);
        }
        try
        {
            await ready.Observed().WaitAsync(_ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            throw new RpcException(_cancelled
                ? new Status(StatusCode.Cancelled, "The call was cancelled before it was sent.")
                : new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call was sent."));
        }
        finally
        {
            // Or its timer would wait for the deadline.
            _ended.Dispose();
        }
    }

    /// <summary>Ends the waiting, for another reason than the deadline.</summary>
    public void Cancel()
    {
        _cancelled = true;
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was over at this moment.
        }
    }
}
