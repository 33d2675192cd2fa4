using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>One call with all its attempts: the part that blocking calls, responses and streams share.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is neither linked nor timed, so there is nothing to dispose.")]
internal abstract class ResilientCall
{
    private const string PreviousAttemptsKey = "grpc-previous-rpc-attempts";
    // As far as timers reach, about; a deadline beyond is none.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(40);
    // A server may end an attempt a moment before this machine's clock says so.
    private static readonly TimeSpan TimeoutTolerance = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _interruption = new();
    private readonly CancellationTokenRegistration _cancellation;
    private readonly CallOptions _options;
    private readonly int _previousAttempts = IncomingCall.Current?.PreviousAttempts ?? 0;
    private readonly CallNotes? _notes = CallNotes.Current;
    private CircuitPass? _pass;
    private DateTime? _timeLimit;
    private TimeSpan? _pause;
    private TimeSpan _paused;
    private int _holdsPermit;

    protected ResilientCall(MethodPolicy policy, CallOptions options)
    {
        Policy = policy;
        _options = options;
        // Knows only the source: a long-lived token must not keep an abandoned call alive.
        _cancellation = options.CancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _interruption);
    }

    protected MethodPolicy Policy { get; }

    protected int Attempts { get; private set; }

    /// <summary>How the call ended if no attempt ended it.</summary>
    protected RpcException? OwnError { get; set; }

    /// <summary>The circuit breaker's permission for the current attempt; null if there is no circuit breaker.</summary>
    protected CircuitPass? Pass => _pass;

    /// <summary>Whether a result may have been seen, after which there is no further attempt.</summary>
    protected virtual bool IsCommitted => false;

    /// <summary>The options of the next attempt.</summary>
    /// <exception cref="RpcException">The circuit is open.</exception>
    protected CallOptions NextAttempt()
    {
        if (Policy.Circuit is { } circuit && (_pass = circuit.TryEnter()) is null)
        {
            _notes?.Decided("not sent", "the circuit is open");
            throw OwnError = Policy.Reports.Refused(Policy.Method, ResilienceMetricNames.OpenCircuit, new Status(
                StatusCode.Unavailable,
                    $"The circuit of {Policy.Method} is open: too many calls failed. (ResilienceOptions.CircuitBreaker)"));
        }
        var options = _options;
        if (_previousAttempts + ++Attempts > 1)
        {
            var headers = options.Headers.Copy();
            headers.Set(PreviousAttemptsKey, (_previousAttempts + Attempts - 1).ToString(CultureInfo.InvariantCulture));
            options = options.WithHeaders(headers);
        }
        _timeLimit = Policy.AttemptTimeout is { } limit && !(Remaining() <= limit) ? Policy.Time.GetUtcNow().UtcDateTime + limit : null;
        return _timeLimit is { } end ? options.WithDeadline(end) : options;
    }

    /// <summary>What sends an attempt finds the notes of the call until the result is disposed.</summary>
    protected CallNotes.Scope Noted() => CallNotes.Enter(_notes ?? CallNotes.Current, flows: _notes is not null && Attempts > 0);

    /// <summary>Options with which a channel refuses a call as cancelled, in its own way and without sending it.</summary>
    protected CallOptions Cancelled() => _options.WithCancellationToken(new CancellationToken(canceled: true));

    /// <summary>The current attempt has ended.</summary>
    protected void AttemptEnded(StatusCode status) => _pass?.Settle(status, TimedOut(status));

    /// <summary>The current attempt has brought a result.</summary>
    protected void AttemptSucceeded() => Policy.Budget?.GiveForSuccess();

    /// <summary>Whether another attempt follows the one that has just failed, after <see cref="PauseAsync"/>.</summary>
    protected bool Repeats(Exception exception, StatusCode status)
    {
        if (Policy.Retry is not { } retry || IsCommitted || _interruption.IsCancellationRequested || ReferenceEquals(exception, OwnError))
            return false;
        if (!retry.Allows(status) && !TimedOut(status))
            return false;
        var isCovered = Policy.Budget?.TakeForFailure() != false;
        _pause = retry.DelayAfter((exception as RpcException)?.Trailers, Attempts);
        var obstacle = Attempts >= retry.MaxAttempts ? "there were as many attempts as are allowed"
            : _pause is null ? "the server asks for no further attempt, or for too long a pause"
            : Remaining() <= _pause ? "the deadline comes before the next attempt"
            : _previousAttempts > 0 ? "the call that it is made for is a retry itself"
            : !isCovered ? "too many attempts failed (RetryOptions.Budget)"
            : null;
        _notes?.Failed(
            string.Create(CultureInfo.InvariantCulture, $"attempt {Attempts}"),
            $"{RpcTelemetry.NameOf(status)} {(exception as RpcException)?.Status.Detail}");
        if (obstacle is null)
        {
            Policy.Reports.Retrying(Policy.Method, Attempts, status, _pause!.Value);
        }
        else
        {
            _notes?.Decided("no further attempt", obstacle);
            Policy.Reports.GivenUp(Policy.Method, Attempts, status, obstacle);
        }
        return obstacle is null;
    }

    /// <summary>The pause before the next attempt.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; see <see cref="IsInterruption"/>.</exception>
    protected async ValueTask PauseAsync()
    {
        if (_pause > TimeSpan.Zero)
        {
            using var wait = _notes?.BeginWait("the pause before another attempt");
            _paused += _pause.Value;
            await Task.Delay(_pause.Value, Policy.Time, _interruption.Token).ConfigureAwait(false);
        }
        _interruption.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Whether the call was cancelled while no attempt was running.</summary>
    protected bool IsInterruption(OperationCanceledException exception) => exception.CancellationToken == _interruption.Token;

    /// <summary>The status of a failed attempt.</summary>
    /// <param name="exception">What it threw.</param>
    /// <param name="status">The status of its call object, which knows better than an OperationCanceledException; null if it has
    /// none.</param>
    protected StatusCode StatusOf(Exception exception, Status? status) =>
        CallState.StatusOf(exception, status, _timeLimit ?? _options.Deadline, _options.CancellationToken).StatusCode;

    protected void Interrupt()
    {
        _interruption.Cancel();
        StopListening();
    }

    /// <summary>There is no further attempt.</summary>
    protected void Finished()
    {
        StopListening();
        if (Attempts > 1)
            Policy.Reports.Retried(Policy.Method, Attempts - 1, _paused);
    }

    // Not Dispose, which would wait for the very callback that may be running this.
    protected void StopListening() => _cancellation.Unregister();

    /// <summary>Takes a permit, at once where one is free.</summary>
    protected ValueTask EnterAsync()
    {
        if (Policy.Limit is null)
            return default;
        if (!Policy.Limit.TryEnter())
            return new ValueTask(QueueAsync(Policy.Limit));
        _holdsPermit = 1;
        return default;
    }

    /// <summary>Gives the permit back, once.</summary>
    protected void Leave()
    {
        if (Interlocked.Exchange(ref _holdsPermit, 0) == 1)
            Policy.Limit!.Leave();
    }

    private async Task QueueAsync(ConcurrencyLimit limit)
    {
        if (!limit.TryQueue())
        {
            _notes?.Decided("not sent", "the queue of calls is full");
            throw OwnError = Policy.Reports.Refused(Policy.Method, ResilienceMetricNames.NoPlace, new Status(
                StatusCode.ResourceExhausted, $"{Policy.Method} is at its limit of {limit.Description}. (ResilienceOptions.Concurrency)"));
        }
        using var wait = _notes?.BeginWait($"a place among {limit.Description}");
        using var deadline = Remaining() is { } remaining && remaining < Farthest
            ? new CancellationTokenSource(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, Policy.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_interruption.Token, deadline.Token);
        try
        {
            await limit.WaitAsync(either.Token).ConfigureAwait(false);
            Volatile.Write(ref _holdsPermit, 1);
        }
        catch (OperationCanceledException)
        {
            _interruption.Token.ThrowIfCancellationRequested();
            throw OwnError = new RpcException(new Status(
                StatusCode.DeadlineExceeded, $"The deadline passed while the call waited for a permit of {Policy.Method}."));
        }
    }

    /// <summary>Whether the attempt ran into its own time limit, not the caller's deadline nor one of the server's.</summary>
    private bool TimedOut(StatusCode status) =>
        status == StatusCode.DeadlineExceeded
        && _timeLimit is { } limit
        && TimeProvider.System.GetUtcNow().UtcDateTime >= limit - TimeoutTolerance;

    /// <summary>The time until the caller's deadline; null if there is none.</summary>
    private TimeSpan? Remaining() =>
        _options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline.ToUniversalTime() - Policy.Time.GetUtcNow().UtcDateTime
            : null;
}
