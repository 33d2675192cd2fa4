using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>Options of <see cref="ServerTimingInterceptor"/>: which calls are logged, and at which level.</summary>
public sealed class ServerTimingOptions
{
    /// <summary>
    /// A call that takes at least this long is logged at Warning, unless its status or its method (<see cref="MethodLevels"/>) has a higher
    /// level or no line. More than zero. Default: null, no call is slow.
    /// </summary>
    public TimeSpan? SlowCallThreshold { get; set; }

    /// <summary>Whether a line at Debug is logged when a call starts, too. Default: false.</summary>
    public bool LogStart { get; set; }

    /// <summary>
    /// Methods whose line has a level of its own, whatever the status: a pattern (<c>*</c>, <c>pkg.Service/Method</c>,
    /// <c>pkg.Service</c>, <c>pkg.*</c>) and the level, <see cref="LogLevel.None"/> for no line. The longest pattern that matches
    /// counts. Default: none.
    /// </summary>
    public IDictionary<string, LogLevel> MethodLevels { get; } = new Dictionary<string, LogLevel>();

    /// <summary>
    /// Whether the line says who called: the name of the request's principal (<c>HttpContext.User</c>) when the call ends. Off unless
    /// asked for, since a name is personal data. Default: false.
    /// </summary>
    public bool LogPrincipal { get; set; }
}
