using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>What the calls of a server hold of its limits.</summary>
internal sealed class HeldLimits
{
    /// <param name="options">Checked already.</param>
    /// <param name="logger">Gets a line when calls are refused.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    /// <param name="time">Tells how long callers have been idle.</param>
    public HeldLimits(LimitsOptions options, ILogger logger, IMeterFactory? meterFactory, TimeProvider time)
    {
        Methods = new MethodLimits(options, time);
        if (options.EachCaller is { } each)
            Callers = new CallerLimits(each, options.MaxCallers, time);
        Reports = new LimitReports(this, options.RetryPushback, logger, meterFactory, time);
    }

    public MethodLimits Methods { get; }

    public CallerLimits? Callers { get; }

    public LimitReports Reports { get; }
}
