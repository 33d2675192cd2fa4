using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>All limits of a server with their current state.</summary>
internal sealed class LimitRegistry
{
    /// <param name="options">Checked already.</param>
    /// <param name="logger">Gets a line when calls are refused.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    /// <param name="time">Tells how long callers have been idle.</param>
    public LimitRegistry(LimitsOptions options, ILogger logger, IMeterFactory? meterFactory, TimeProvider time)
    {
        Methods = new MethodLimits(options, time);
        if (options.EachCaller is { } each)
            Callers = new CallerLimits(each, options.MaxCallers, time);
        Reports = new LimitReporter(this, options.RetryPushback, logger, meterFactory, time);
    }

    public MethodLimits Methods { get; }

    public CallerLimits? Callers { get; }

    public LimitReporter Reports { get; }
}
