using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// An observed call that streams its responses. Only reading tells how such a call ends, so a caller who stops reading
/// would leave it open for ever: cancellation, the deadline and, when nobody can reach the call any more, the finalizer end it too.
/// They know it by a weak reference, or a long-lived cancellation token would keep every abandoned call alive.
/// </summary>
[SuppressMessage("Usage", "CA1816", Justification = "What the finalizer is for is done once the call has ended, disposed or not.")]
internal sealed class StreamCall<TResponse> : StreamedCall, IAsyncStreamReader<TResponse>, IDisposable
{
    // Where the caller is still reading, the library's own deadline speaks first.
    private static readonly TimeSpan DeadlineGrace = TimeSpan.FromMilliseconds(200);

    private IAsyncStreamReader<TResponse>? _responses;
    private Func<Status>? _status;
    private CancellationTokenRegistration _cancellation;
    private Timer? _deadline;

    public StreamCall(in CallState state)
        : base(state)
    {
    }

    ~StreamCall() =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static call => call.EndUnread(call.HasDeadlinePassed
                ? new Status(StatusCode.DeadlineExceeded, "The deadline passed while nobody read.")
                : new Status(StatusCode.Cancelled, "The call was abandoned.")), this, preferLocal: false);

    /// <summary>The call object that this one stands in front of, once it was started.</summary>
    public IDisposable? Inner { get; private set; }

    private bool HasDeadlinePassed => Deadline is { } deadline && deadline.ToUniversalTime() <= DateTime.UtcNow;

    public TResponse Current => _responses!.Current;

    /// <summary>Takes over the call that was started.</summary>
    public void Started(IDisposable inner, IAsyncStreamReader<TResponse> responses, Func<Status> status, CancellationToken cancellationToken)
    {
        Inner = inner;
        _responses = responses;
        _status = status;
        var self = new WeakReference<StreamCall<TResponse>>(this);
        if (Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            _deadline = new Timer(
                static self => Abandoned(self, new Status(StatusCode.DeadlineExceeded, "The deadline passed while nobody read.")),
                self, DelayUntil(deadline), Timeout.InfiniteTimeSpan);
        }
        _cancellation = cancellationToken.Register(
            static self => Abandoned(self, new Status(StatusCode.Cancelled, "The call was cancelled.")), self);
    }

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        Task<bool> moved;
        try
        {
            moved = _responses!.MoveNext(cancellationToken);
        }
        catch (Exception exception) when (ReadFailed(exception))
        {
            throw;
        }
        if (!moved.IsCompletedSuccessfully)
            return ObserveAsync(moved);
        Moved(moved.Result);
        return moved;
    }

    public void Dispose()
    {
        // Before disposing: afterwards the library calls a call that had ended well a cancelled one.
        var status = StatusOr(new Status(StatusCode.Cancelled, "The call was disposed before its end was read."));
        Inner!.Dispose();
        End(status);
    }

    protected override void Release()
    {
        // Not Dispose, which would wait for the very callback that may be running this.
        _cancellation.Unregister();
        _deadline?.Dispose();
        GC.SuppressFinalize(this);
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<bool> ObserveAsync(Task<bool> moved)
    {
        try
        {
            var more = await moved.ConfigureAwait(false);
            Moved(more);
            return more;
        }
        catch (Exception exception) when (ReadFailed(exception))
        {
            throw;
        }
    }

    private void Moved(bool more)
    {
        if (more)
            Received();
        else
            End(StatusOr(Status.DefaultSuccess));
    }

    /// <summary>A failed read ends the call, unless it was only a wrong use of the reader, such as two reads at once.</summary>
    private bool ReadFailed(Exception exception)
    {
        if (exception is RpcException or OperationCanceledException)
            return Failed(exception);
        if (TryGetStatus() is { } status)
            End(status);
        return false;
    }

    private static void Abandoned(object? reference, Status status)
    {
        if (((WeakReference<StreamCall<TResponse>>)reference!).TryGetTarget(out var call))
            call.EndUnread(status);
    }

    private void EndUnread(Status status) => End(StatusOr(status));

    private Status StatusOr(Status unfinished) => TryGetStatus() ?? unfinished;

    /// <summary>The library throws when a call that has not ended is asked for its status.</summary>
    private Status? TryGetStatus()
    {
        try
        {
            return _status?.Invoke();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan DelayUntil(DateTime deadline)
    {
        var delay = deadline.ToUniversalTime() - DateTime.UtcNow + DeadlineGrace;
        // Timers take no more than some 49 days; an abandoned call of that age is collected first.
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay < TimeSpan.FromDays(40) ? delay : TimeSpan.FromDays(40);
    }
}
