using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// A call that streams its responses. The first read decides on an attempt's result, and it happens when the caller reads: nothing is read
/// ahead, and an abandoned call stays collectable. A failed first read may lead to another attempt; later reads are only passed on.
/// The call keeps its concurrency permit until the inner call ends.
/// </summary>
internal sealed class ResilientStreamCall<TRequest, TResponse> : AsyncResilientCall<TRequest, TResponse, bool>,
    IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly TaskCompletionSource _firstRead = new();
    private readonly Lock _gate = new();
    private IAsyncStreamReader<TResponse>? _responses;
    private CancellationToken _firstReadCancellation;
    private int _reads;
    private bool _headersShown;
    private bool _ended;
    private bool _settled;

    public ResilientStreamCall(MethodPolicy policy, CallOptions options, Func<ClientInterceptor, CallOptions, IDisposable> open)
        : this(policy, options, open, new CallEndObserver())
    {
    }

    private ResilientStreamCall(
        MethodPolicy policy, CallOptions options, Func<ClientInterceptor, CallOptions, IDisposable> open, CallEndObserver end)
        : base(policy, options, options => open(end, options)) => end.Ended = Ended;

    public TResponse Current =>
        _responses is { } responses ? responses.Current : throw new InvalidOperationException("Nothing has been read yet.");

    protected override bool IsCommitted => _headersShown || base.IsCommitted;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reads, 1) == 0)
            return ReadFirstAsync(cancellationToken);
        if (!Result.IsCompleted)
            throw new InvalidOperationException("A read is in progress; wait for its end before the next one.");
        return Result.IsCompletedSuccessfully ? _responses!.MoveNext(cancellationToken) : Result;
    }

    public override void Dispose()
    {
        base.Dispose();
        // A call that was never read stays at its first attempt, and nothing else would tell.
        Leave();
    }

    /// <summary>Only the first read decides on another attempt; nobody may ever read.</summary>
    protected override bool CommitsUnread()
    {
        if (Volatile.Read(ref _reads) != 0)
            return false;
        _headersShown = true;
        return true;
    }

    protected override void Opening()
    {
        lock (_gate)
            _ended = false;
    }

    /// <summary>Callers who only write, or never read, would leave the circuit without a result.</summary>
    protected override void Opened(IDisposable inner)
    {
        if (Pass is { } pass)
            _ = pass.SettleAtHeadersAsync<TRequest, TResponse>(inner);
    }

    protected override async Task<bool> ResultOfAsync(IDisposable inner)
    {
        _responses = AsyncCallMembers<TRequest, TResponse>.Responses(inner);
        await _firstRead.Task.ConfigureAwait(false);
        return await _responses.MoveNext(_firstReadCancellation).ConfigureAwait(false);
    }

    /// <summary>Counted at the stream's end instead, which is not known here.</summary>
    protected override void Attempted(StatusCode status)
    {
    }

    protected override void Settled(bool failed)
    {
        bool over;
        lock (_gate)
        {
            _settled = true;
            over = failed || _ended;
        }
        if (over)
            Leave();
    }

    /// <summary>
    /// The inner call has ended; with it this one, unless the first read is still to decide on another attempt.
    /// </summary>
    private void Ended(StatusCode status)
    {
        AttemptEnded(status);
        if (!IsStopped)
            Policy.Reports.Attempted(Policy.Method, Attempts, status);
        bool over;
        lock (_gate)
        {
            over = _settled || Volatile.Read(ref _reads) == 0;
            _ended = true;
        }
        if (!over)
            return;
        StopListening();
        Leave();
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<bool> ReadFirstAsync(CancellationToken cancellationToken)
    {
        _firstReadCancellation = cancellationToken;
        using (cancellationToken.UnsafeRegister(static call => ((ResilientStreamCall<TRequest, TResponse>)call!).Interrupt(), this))
        {
            _firstRead.SetResult();
            return await Result.ConfigureAwait(false);
        }
    }
}
