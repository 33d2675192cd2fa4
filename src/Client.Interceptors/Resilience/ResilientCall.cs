using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Grpc.Core;
using Interceptors.Propagation;
using Polly;
using Polly.CircuitBreaker;

namespace Interceptors.Client;

/// <summary>One call with all its attempts: the part that blocking calls, responses and streams share.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is neither linked nor timed, so there is nothing to dispose.")]
internal abstract class ResilientCall
{
    private const string PreviousAttemptsKey = "grpc-previous-rpc-attempts";
    private static readonly ResiliencePropertyKey<ResilientCall> Key = new("interceptors.call");
    // As far as timers reach, about; a deadline beyond is none.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _interruption = new();
    private readonly CancellationTokenRegistration _cancellation;
    private readonly CallOptions _options;
    private Exception? _attemptError;
    private bool _timeLimited;
    private int _holdsPlace;

    protected ResilientCall(MethodPolicy policy, CallOptions options)
    {
        Policy = policy;
        _options = options;
        // Knows only the source: a long-lived token must not keep an abandoned call alive.
        _cancellation = options.CancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _interruption);
    }

    /// <summary>The pause that <see cref="Repeats"/> has decided on.</summary>
    public TimeSpan? NextDelay { get; private set; }

    protected MethodPolicy Policy { get; }

    protected int Attempts { get; private set; }

    /// <summary>How the call ended if that did not come from an attempt.</summary>
    protected RpcException? OwnError { get; private set; }

    /// <summary>Whether a result may have been seen, after which there is no further attempt.</summary>
    protected virtual bool IsCommitted => false;

    public static ResilientCall Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>Whether the attempt ran into its own time limit, not the caller's deadline.</summary>
    public bool TimedOut(RpcException error) => _timeLimited && error.StatusCode == StatusCode.DeadlineExceeded;

    /// <summary>Whether another attempt follows the one that has just ended.</summary>
    public bool Repeats(Exception? exception)
    {
        if (exception is not RpcException error || IsCommitted || _interruption.IsCancellationRequested)
            return false;
        if (!Policy.Retry!.Allows(error.StatusCode) && !TimedOut(error))
            return false;
        NextDelay = Policy.Retry.DelayAfter(error, Attempts);
        var obstacle = Attempts >= Policy.Retry.MaxAttempts ? "there were as many attempts as are allowed"
            : NextDelay is null ? "the server asks for no further attempt"
            : Remaining() <= NextDelay ? "the deadline comes before the next attempt"
            : null;
        if (obstacle is null)
            Policy.Reports.Retrying(Policy.Method, Attempts, error.StatusCode, NextDelay!.Value);
        else
            Policy.Reports.GivenUp(Policy.Method, Attempts, error.StatusCode, obstacle);
        return obstacle is null;
    }

    protected ResilienceContext NewContext()
    {
        var context = ResilienceContextPool.Shared.Get(_interruption.Token);
        context.Properties.Set(Key, this);
        return context;
    }

    /// <summary>The options of the next attempt.</summary>
    protected CallOptions NextAttempt()
    {
        var options = _options;
        if (++Attempts > 1)
        {
            var headers = options.Headers.Copy();
            headers.Set(PreviousAttemptsKey, (Attempts - 1).ToString(CultureInfo.InvariantCulture));
            options = options.WithHeaders(headers);
        }
        _timeLimited = Policy.AttemptTimeout is { } limit && !(Remaining() <= limit);
        return _timeLimited ? options.WithDeadline(Policy.Time.GetUtcNow().UtcDateTime + Policy.AttemptTimeout!.Value) : options;
    }

    /// <summary>Takes note of an attempt's error, so that it can be told from the others.</summary>
    protected void AttemptFailed(Exception exception) => _attemptError = exception;

    protected static StatusCode StatusOf(Exception exception) => exception switch
    {
        RpcException error => error.StatusCode,
        OperationCanceledException => StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    /// <summary>
    /// The status for what stopped the call from outside of its attempts; null for what an attempt threw, which stays as it is.
    /// </summary>
    protected RpcException? Own(Exception exception)
    {
        if (ReferenceEquals(exception, _attemptError))
            return null;
        return OwnError = exception switch
        {
            BrokenCircuitException => Policy.Reports.Refused(Policy.Method, ResilienceMetricNames.OpenCircuit, new Status(
                StatusCode.Unavailable,
                    $"The circuit of {Policy.Method} is open: too many calls failed. (ResilienceOptions.CircuitBreaker)", exception)),
            OperationCanceledException => new RpcException(new Status(
                StatusCode.Cancelled, "The call was cancelled while no attempt was running.", exception)),
            _ => exception as RpcException,
        };
    }

    protected void Interrupt()
    {
        _interruption.Cancel();
        StopListening();
    }

    // Not Dispose, which would wait for the very callback that may be running this.
    protected void StopListening() => _cancellation.Unregister();

    /// <summary>Takes a place, at once where one is free.</summary>
    protected ValueTask EnterAsync()
    {
        if (Policy.Limit is null)
            return default;
        if (!Policy.Limit.TryEnter())
            return new ValueTask(QueueAsync(Policy.Limit));
        _holdsPlace = 1;
        return default;
    }

    /// <summary>Gives the place back, once.</summary>
    protected void Leave()
    {
        if (Interlocked.Exchange(ref _holdsPlace, 0) == 1)
            Policy.Limit!.Leave();
    }

    private async Task QueueAsync(ConcurrencyLimit limit)
    {
        if (!limit.TryQueue())
        {
            throw Policy.Reports.Refused(Policy.Method, ResilienceMetricNames.NoPlace, new Status(
                StatusCode.ResourceExhausted, $"{Policy.Method} is at its limit of {limit.Description}. (ResilienceOptions.Concurrency)"));
        }
        using var deadline = Remaining() is { } remaining && remaining < Farthest
            ? new CancellationTokenSource(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, Policy.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_interruption.Token, deadline.Token);
        try
        {
            await limit.WaitAsync(either.Token).ConfigureAwait(false);
            Volatile.Write(ref _holdsPlace, 1);
        }
        catch (OperationCanceledException) when (!_interruption.IsCancellationRequested)
        {
            throw new RpcException(new Status(
                StatusCode.DeadlineExceeded, $"The deadline passed while the call waited for a place of {Policy.Method}."));
        }
    }

    /// <summary>The time until the caller's deadline; null if there is none.</summary>
    private TimeSpan? Remaining() =>
        _options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline.ToUniversalTime() - Policy.Time.GetUtcNow().UtcDateTime
            : null;
}
