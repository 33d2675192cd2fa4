using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>What <see cref="ClientTimingInterceptor"/> logs, and how loudly.</summary>
public sealed class ClientTimingOptions
{
    /// <summary>
    /// A call that takes at least this long is logged at Warning or above, whatever its status; more than zero. A level in
    /// <see cref="MethodLevels"/> that is above Warning holds, <see cref="LogLevel.None"/> included. Default: null, no call is slow.
    /// </summary>
    public TimeSpan? SlowCallThreshold { get; set; }

    /// <summary>Whether a line at Debug is logged when a call starts, too. Default: false.</summary>
    public bool LogStart { get; set; }

    /// <summary>
    /// Methods whose line has a level of its own, whatever the status, unless the call is slow (<see cref="SlowCallThreshold"/>): a pattern
    /// (see <see cref="MethodSelector"/>) and the level, <see cref="LogLevel.None"/> for no line. The longest pattern that matches counts.
    /// Default: none.
    /// </summary>
    public IDictionary<string, LogLevel> MethodLevels { get; } = new Dictionary<string, LogLevel>();
}
