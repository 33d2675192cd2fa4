using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The circuit breaker of one method. Closed: counts calls in a sliding window, and opens when too many fail. Open: refuses calls for the
/// break duration. Half open: lets a probe through, and another one when the last said nothing or none has told within the break duration.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, string name, TimeProvider time, ResilienceReports reports)
{
    private readonly StatusCode[] _codes = options.Codes.Count == 0 ? [StatusCode.Unavailable] : [.. options.Codes];
    private readonly CallWindow _calls = new(options.SamplingDuration, time);
    private readonly double _failureRatio = options.FailureRatio;
    private readonly int _minimumThroughput = options.MinimumThroughput;
    private readonly TimeSpan _breakDuration = options.BreakDuration;
    private readonly Lock _lock = new();
    private volatile bool _isClosed = true;
    private bool _isHalfOpen;
    // The latest probe; grows, so that a late result can be told from that of the next half-open time.
    private int _probe;
    private int _firstProbe;
    private long _nextProbe;

    /// <summary>The permission for a call; null if it is refused.</summary>
    public CircuitPass? TryEnter()
    {
        if (_isClosed)
            return new CircuitPass(this, probe: 0);
        lock (_lock)
        {
            if (_isClosed)
                return new CircuitPass(this, probe: 0);
            if (time.GetTimestamp() < _nextProbe)
                return null;
            _probe++;
            _nextProbe = AfterBreak();
            if (!_isHalfOpen)
            {
                _isHalfOpen = true;
                _firstProbe = _probe;
                reports.CircuitHalfOpened(name);
            }
            return new CircuitPass(this, _probe);
        }
    }

    /// <summary>What a status says about the server; null if nothing.</summary>
    public bool? IsFailure(StatusCode status, bool timedOut)
    {
        if (timedOut || Array.IndexOf(_codes, status) >= 0)
            return true;
        // The caller gave up, or gave too little time: that says nothing.
        return status is StatusCode.Cancelled or StatusCode.DeadlineExceeded ? null : false;
    }

    /// <summary>A call has told how the server does.</summary>
    /// <param name="probe">Which probe it is; 0 for a call of a closed circuit.</param>
    /// <param name="isFailure">Null if it says nothing.</param>
    public void Report(int probe, bool? isFailure)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                if (isFailure is { } failed && _calls.Add(failed, _minimumThroughput, _failureRatio))
                    Open();
            }
            else if (_isHalfOpen && probe >= _firstProbe)
            {
                if (isFailure == false)
                    Close();
                else if (isFailure == true)
                    Open();
                else if (probe == _probe)
                    _nextProbe = time.GetTimestamp();
            }
        }
    }

    private void Open()
    {
        _isClosed = false;
        _isHalfOpen = false;
        _nextProbe = AfterBreak();
        reports.CircuitOpened(name, _breakDuration);
    }

    private void Close()
    {
        _calls.Clear();
        _isHalfOpen = false;
        _isClosed = true;
        reports.CircuitClosed(name);
    }

    private long AfterBreak() => time.GetTimestamp() + (long)(_breakDuration.TotalSeconds * time.TimestampFrequency);
}
