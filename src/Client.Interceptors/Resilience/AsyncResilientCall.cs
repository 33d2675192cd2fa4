using System.Runtime.CompilerServices;
using Grpc.Core;
using Polly;

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
    private bool _settled;
    private bool _disposed;

    /// <summary>The result of the last attempt.</summary>
    public Task<TResult> Result { get; private set; } = null!;

    public IDisposable? Inner => _inner;

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

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    public async Task<Metadata> HeadersAsync()
    {
        if (MayRepeat)
            await HeadersOfLastAsync().ConfigureAwait(false);
        var inner = await OpenedAsync().ConfigureAwait(false);
        return OwnError is null ? await AsyncCallMembers<TRequest, TResponse>.HeadersAsync(inner).ConfigureAwait(false) : throw OwnError;
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

    /// <summary>Waits for what an attempt brings.</summary>
    protected abstract Task<TResult> ResultOfAsync(IDisposable inner);

    /// <summary>Waits until it is certain whose headers are shown.</summary>
    protected abstract Task HeadersOfLastAsync();

    /// <summary>An attempt has ended, as far as <see cref="ResultOfAsync"/> tells.</summary>
    protected abstract void Attempted(StatusCode status);

    /// <summary>There is no further attempt.</summary>
    protected abstract void Settled(bool failed);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResult> RunAsync()
    {
        var context = NewContext();
        var failed = true;
        try
        {
            await EnterAsync().ConfigureAwait(false);
            var outcome = await Policy.Pipeline.ExecuteOutcomeAsync(static (_, call) => call.AttemptAsync(), context, this)
                .ConfigureAwait(false);
            outcome.ThrowIfException();
            failed = false;
            return outcome.Result!;
        }
        catch (Exception exception) when (Own(exception) is { } own)
        {
            throw own;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            StopListening();
            Settled(failed);
            lock (_gate)
                _settled = true;
            _opened?.TrySetResult();
        }
    }

    private async ValueTask<Outcome<TResult>> AttemptAsync()
    {
        try
        {
            var result = await ResultOfAsync(Open()).ConfigureAwait(false);
            Attempted(StatusCode.OK);
            return Outcome.FromResult(result);
        }
        catch (Exception exception)
        {
            AttemptFailed(exception);
            Attempted(StatusOf(exception));
            return Outcome.FromException<TResult>(exception);
        }
    }

    private IDisposable Open()
    {
        Opening();
        var next = open(NextAttempt());
        var previous = _inner;
        bool disposed;
        lock (_gate)
        {
            _inner = next;
            disposed = _disposed;
        }
        previous?.Dispose();
        if (disposed)
            next.Dispose();
        _opened?.TrySetResult();
        return next;
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
