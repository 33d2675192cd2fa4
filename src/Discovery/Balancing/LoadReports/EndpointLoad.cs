namespace Interceptors.Discovery;

/// <summary>The weight that one endpoint's reports give it, and from when to when it counts (gRFC A58). Thread safe.</summary>
internal sealed class EndpointLoad
{
    private readonly Lock _lock = new();
    private double _weight;
    private long _last;
    private long? _first;

    /// <summary>It has reported.</summary>
    public void Report(double weight, long now)
    {
        lock (_lock)
        {
            _weight = weight;
            _last = now;
            _first ??= now;
        }
    }

    /// <summary>It has a new connection, and perhaps a new process behind it: its first reports are of a server that is cold.</summary>
    public void Restart()
    {
        lock (_lock)
            _first = null;
    }

    /// <summary>0 for none: it has not reported, not for long enough, or not any more.</summary>
    public double WeightAt(long now, LoadReportOptions options, TimeProvider time)
    {
        lock (_lock)
        {
            if (_first is not { } first)
                return 0;
            if (time.GetElapsedTime(_last, now) >= options.WeightExpirationPeriod)
            {
                _first = null;
                return 0;
            }

            return time.GetElapsedTime(first, now) < options.BlackoutPeriod ? 0 : _weight;
        }
    }
}
