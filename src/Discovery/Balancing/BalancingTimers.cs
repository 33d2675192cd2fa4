namespace Interceptors.Discovery;

/// <summary>The clocks of a balancer. They call from outside the channel.</summary>
internal sealed class BalancingTimers : IDisposable
{
    private readonly ITimer? _sweep;
    private readonly ITimer? _warmUp;
    private readonly ITimer? _weigh;
    private readonly TimeSpan _step;
    private bool _armed;

    /// <param name="time">The clock.</param>
    /// <param name="step">How often endpoints that warm up get a larger share; null for never.</param>
    /// <param name="warmUp">Gives it to them.</param>
    /// <param name="interval">How often outliers are looked for; null for never.</param>
    /// <param name="sweep">Looks for them.</param>
    /// <param name="period">How often reports of load become weights; null for never.</param>
    /// <param name="weigh">Turns them into weights.</param>
    public BalancingTimers(
        TimeProvider time, TimeSpan? step, Action warmUp, TimeSpan? interval, Action sweep, TimeSpan? period, Action weigh)
    {
        // A timer must not carry the AsyncLocals of the call that happens to make it.
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        if (interval is { } every)
            _sweep = time.CreateTimer(static s => ((Action)s!)(), sweep, every, every);
        if (period is { } between)
            _weigh = time.CreateTimer(static s => ((Action)s!)(), weigh, between, between);
        if (step is not { } pause)
            return;
        _step = pause;
        _warmUp = time.CreateTimer(static s => ((Action)s!)(), warmUp, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the next step come if any endpoint warms up. Under the lock of the balancer.</summary>
    public void Arm(bool isAnyWarming)
    {
        if (isAnyWarming && !_armed)
            _warmUp?.Change(_step, Timeout.InfiniteTimeSpan);
        _armed = isAnyWarming;
    }

    /// <summary>The step has come. Under the lock of the balancer.</summary>
    public void Disarm() => _armed = false;

    public void Dispose()
    {
        _sweep?.Dispose();
        _warmUp?.Dispose();
        _weigh?.Dispose();
    }
}
