using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>How loudly a call is logged.</summary>
internal sealed class TimingLevels
{
    private readonly (MethodSelector Methods, LogLevel Level)[] _methods;
    private readonly TimeSpan _slow;

    public TimingLevels(TimingOptions options)
    {
        _methods = [.. options.MethodLevels
            .OrderByDescending(entry => entry.Key.TrimStart('/').Length)
            .Select(entry => (MethodSelector.Parse(entry.Key), entry.Value))];
        _slow = options.SlowCallThreshold ?? TimeSpan.MaxValue;
        Highest = _methods.Select(entry => entry.Level).Where(level => level != LogLevel.None).Append(LogLevel.Warning).Max();
    }

    /// <summary>No line is louder: a logger that is silent at this level hears nothing.</summary>
    public LogLevel Highest { get; }

    public LogLevel Of(string method, StatusCode status, TimeSpan elapsed)
    {
        var level = LevelOf(method) ?? LevelOf(status);
        return elapsed >= _slow && level < LogLevel.Warning ? LogLevel.Warning : level;
    }

    private LogLevel? LevelOf(string method)
    {
        foreach (var (methods, level) in _methods)
        {
            if (methods.Matches(method))
                return level;
        }
        return null;
    }

    private static LogLevel LevelOf(StatusCode status) => status switch
    {
        StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss => LogLevel.Warning,
        StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.PermissionDenied or StatusCode.Unauthenticated => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
