using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// An asynchronous call with all its attempts. Its caller sees the last one.
/// </summary>
internal abstract class AsyncResilientCall<TRequest, TResponse, TResult>(
    MethodPolicy policy, CallOptions options, Func<CallOptions, IDisposable> open)
    : ResilientCall(policy, options), IWrappedCall
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _gate = new();
    // Made only for callers who ask while the call waits: for a place, or for a circuit that becomes half open.
    private TaskCompletionSource? _opened;
    private volatile IDisposable? _inner;
    private TaskCompletionSource? _replaced;
    private volatile Metadata? _shown;
    private bool _settled;
    private bool _disposed;

    /// <summary>The result of the last attempt.</summary>
    public Task<TResult> Result { get; private set; } = null!;

    public IDisposable? Inner => _inner;

    /// <summary>
    /// Whether the caller does not wait for a result yet, so that whoever asks for headers gets those of the current attempt, which is
    /// the last.
    /// </summary>
    protected virtual bool CommitsUnread() => false;

    /// <summary>Whether the call was cancelled between its attempts.</summary>
    protected bool IsStopped { get; private set; }

    protected override bool IsCommitted => _shown is { } headers && !(_inner is { } inner
        && AsyncCallMembers<TRequest, TResponse>.TryGetTrailers(inner) is { } trailers
        && TrailersOnly.Is(headers, trailers));

    /// <summary>Whether what an attempt shows may yet be replaced by what another one does.</summary>
    private bool MayRepeat => Policy.Retry is not null && !IsCommitted && !Result.IsCompleted && !_disposed;

    /// <summary>Starts the first attempt, or the wait for a place.</summary>
    public void Start()
    {
        Result = RunAsync();
        // What is no failure of the call but a wrong use, such as of a disposed channel, is thrown at once, as without attempts.
        if (Result.IsFaulted && Result.Exception.InnerException is not (RpcException or OperationCanceledException))
            Result.GetAwaiter().GetResult();
    }

    /// <summary>The call once it was sent.</summary>
    /// <exception cref="RpcException">It was refused or cancelled before.</exception>
    public async ValueTask<IDisposable> OpenedAsync()
    {
        await WhenOpened().ConfigureAwait(false);
        return _inner ?? throw OwnError ?? new RpcException(new Status(StatusCode.Unknown, "The call could not be started."));
    }

    /// <summary>The headers of the first attempt that has some. They commit it: it is the last one (gRFC A6).</summary>
    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    public async Task<Metadata> HeadersAsync()
    {
        while (true)
        {
            var inner = await OpenedAsync().ConfigureAwait(false);
            var headers = AsyncCallMembers<TRequest, TResponse>.HeadersAsync(inner);
            if (MayRepeat && !CommitsUnread())
            {
                await ((Task)headers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (headers.IsCompletedSuccessfully)
                    await Task.WhenAny(ReplacedOrOverAsync(inner), Task.Delay(TrailersOnly.Grace)).ConfigureAwait(false);
                if (!headers.IsCompletedSuccessfully || AsyncCallMembers<TRequest, TResponse>.TryGetStatus(inner) is not null)
                    await ReplacedOrOverAsync(inner).ConfigureAwait(false);
                if (!ReferenceEquals(inner, _inner))
                    continue;
            }
            if (OwnError is not null)
                throw OwnError;
            var shown = await headers.ConfigureAwait(false);
            _shown = shown;
            return shown;
        }
    }

    public Status GetStatus() => OwnError?.Status ?? AsyncCallMembers<TRequest, TResponse>.StatusOf(Ended());

    public Metadata GetTrailers() => OwnError?.Trailers ?? AsyncCallMembers<TRequest, TResponse>.TrailersOf(Ended());

    public virtual void Dispose()
    {
        lock (_gate)
            _disposed = true;
        Interrupt();
        _inner?.Dispose();
    }

    /// <summary>An attempt is about to start.</summary>
    protected virtual void Opening()
    {
    }

    /// <summary>
    /// An attempt has started. By default a probe of the circuit is settled at its headers: the response may be far away.
    /// </summary>
    protected virtual void Opened(IDisposable inner)
    {
        if (Pass is { IsProbe: true } pass)
            _ = pass.SettleAtHeadersAsync<TRequest, TResponse>(inner);
    }

    /// <summary>Waits for what an attempt brings.</summary>
    protected abstract Task<TResult> ResultOfAsync(IDisposable inner);

    /// <summary>An attempt has ended, as far as <see cref="ResultOfAsync"/> tells.</summary>
    protected abstract void Attempted(StatusCode status);

    /// <summary>There is no further attempt.</summary>
    protected abstract void Settled(bool failed);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResult> RunAsync()
    {
        var failed = true;
        try
        {
            var result = await AttemptsAsync().ConfigureAwait(false);
            failed = false;
            return result;
        }
        finally
        {
            Finished();
            Settled(failed);
            TaskCompletionSource? replaced;
            lock (_gate)
            {
                _settled = true;
                replaced = _replaced;
            }
            _opened?.TrySetResult();
            replaced?.TrySetResult();
        }
    }

    private async Task<TResult> AttemptsAsync()
    {
        try
        {
            await EnterAsync().ConfigureAwait(false);
            while (true)
            {
                var (result, failure, status) = await AttemptAsync().ConfigureAwait(false);
                if (failure is null)
                {
                    AttemptSucceeded();
                    return result!;
                }
                if (!Repeats(failure.SourceException, status))
                    failure.Throw();
                await PauseAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception) when (IsInterruption(exception))
        {
            if (_disposed)
                throw OwnError = new RpcException(new Status(StatusCode.Cancelled, "The call was disposed while no attempt was running."));
            IsStopped = true;
            // The channel knows which exception its callers expect.
            return await ResultOfAsync(Replace(open(Cancelled()))).ConfigureAwait(false);
        }
    }

    private async Task<(TResult? Result, ExceptionDispatchInfo? Failure, StatusCode Status)> AttemptAsync()
    {
        IDisposable? inner = null;
        try
        {
            Opening();
            using (Noted())
                inner = Replace(open(NextAttempt()));
            Opened(inner);
            var result = await ResultOfAsync(inner).ConfigureAwait(false);
            AttemptEnded(StatusCode.OK);
            Attempted(StatusCode.OK);
            return (result, null, StatusCode.OK);
        }
        catch (Exception exception) when (!ReferenceEquals(exception, OwnError))
        {
            var status = StatusOf(exception, inner is null ? null : AsyncCallMembers<TRequest, TResponse>.TryGetStatus(inner));
            AttemptEnded(status);
            Attempted(status);
            return (default, ExceptionDispatchInfo.Capture(exception), status);
        }
    }

    /// <summary>Shows another attempt from here on.</summary>
    private IDisposable Replace(IDisposable next)
    {
        var previous = _inner;
        bool disposed;
        TaskCompletionSource? replaced;
        lock (_gate)
        {
            _inner = next;
            disposed = _disposed;
            (replaced, _replaced) = (_replaced, null);
        }
        previous?.Dispose();
        if (disposed)
            next.Dispose();
        _opened?.TrySetResult();
        replaced?.TrySetResult();
        return next;
    }

    /// <summary>Waits until another attempt is shown, or there is none.</summary>
    private Task ReplacedOrOverAsync(IDisposable inner)
    {
        lock (_gate)
        {
            return _settled || !ReferenceEquals(_inner, inner)
                ? Task.CompletedTask
                : (_replaced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private Task WhenOpened()
    {
        lock (_gate)
        {
            return _inner is not null || _settled
                ? Task.CompletedTask
                : (_opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private IDisposable Ended() =>
        _inner is { } inner && !MayRepeat ? inner : throw new InvalidOperationException("The call has not ended yet.");
}
