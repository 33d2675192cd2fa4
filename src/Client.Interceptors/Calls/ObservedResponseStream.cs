using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// An observed call that streams its responses. Its end shows in the reads only. For callers who stop reading, cancellation, the deadline
/// and, when the call is unreachable, the finalizer end it too, which disposes the inner call. They hold a weak reference, because a
/// long-lived cancellation token would keep every abandoned call alive.
/// </summary>
[SuppressMessage("Usage", "CA1816", Justification = "What the finalizer is for is done once the call has ended, disposed or not.")]
internal sealed class ObservedResponseStream<TRequest, TResponse> : ObservedStreamingCall, IWrappedCall, IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    // Where the caller is still reading, the library's own deadline speaks first.
    private static readonly TimeSpan DeadlineGrace = TimeSpan.FromMilliseconds(200);

    private IDisposable? _inner;
    private IAsyncStreamReader<TResponse>? _responses;
    private CancellationTokenRegistration _cancellation;
    private Timer? _deadline;

    public ObservedResponseStream(in CallState state)
        : base(state)
    {
    }

    ~ObservedResponseStream() => ThreadPool.UnsafeQueueUserWorkItem(static call => call.EndAbandoned(), this, preferLocal: false);

    private bool HasDeadlinePassed => CallState.HasPassed(Deadline);

    public TResponse Current => _responses!.Current;

    /// <summary>Takes over the call that was started.</summary>
    public void Started(IDisposable inner, CancellationToken cancellationToken)
    {
        _inner = inner;
        _responses = AsyncCallMembers<TRequest, TResponse>.Responses(inner);
        var self = new WeakReference<ObservedResponseStream<TRequest, TResponse>>(this);
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

    public Task<Metadata> HeadersAsync() => AsyncCallMembers<TRequest, TResponse>.HeadersAsync(_inner!);

    public Status GetStatus() => AsyncCallMembers<TRequest, TResponse>.StatusOf(_inner!);

    public Metadata GetTrailers() => AsyncCallMembers<TRequest, TResponse>.TrailersOf(_inner!);

    public void Dispose()
    {
        // Before disposing: afterwards the library calls a call that had ended well a cancelled one.
        var status = StatusOr(new Status(StatusCode.Cancelled, "The call was disposed before its end was read."));
        _inner!.Dispose();
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
            return Failed(exception, TryGetStatus());
        if (TryGetStatus() is { } status)
            End(status);
        return false;
    }

    private static void Abandoned(object? reference, Status status)
    {
        if (((WeakReference<ObservedResponseStream<TRequest, TResponse>>)reference!).TryGetTarget(out var call))
            call.EndUnread(status);
    }

    /// <summary>What is reported as ended is ended: the handler stops, and gives back what it holds.</summary>
    private void EndAbandoned()
    {
        var status = StatusOr(HasDeadlinePassed
            ? new Status(StatusCode.DeadlineExceeded, "The deadline passed while nobody read.")
            : new Status(StatusCode.Cancelled, "The call was abandoned."));
        _inner?.Dispose();
        End(status);
    }

    private void EndUnread(Status status) => End(StatusOr(status));

    private Status StatusOr(Status unfinished) => TryGetStatus() ?? unfinished;

    private Status? TryGetStatus() => _inner is null ? null : AsyncCallMembers<TRequest, TResponse>.TryGetStatus(_inner);

    private static TimeSpan DelayUntil(DateTime deadline)
    {
        var delay = deadline.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime + DeadlineGrace;
        // Timers take no more than some 49 days; an abandoned call of that age is collected first.
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay < TimeSpan.FromDays(40) ? delay : TimeSpan.FromDays(40);
    }
}
