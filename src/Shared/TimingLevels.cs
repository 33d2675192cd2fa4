using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors;

/// <summary>How loudly a call is logged, the same on both sides but for what each status means there.</summary>
internal sealed class TimingLevels
{
    private readonly (Func<string, bool> Matches, LogLevel Level)[] _methods;
    // A server sees methods that exist only, a client what it forwards; of those few, each very often.
    private readonly BoundedTable<string, LogLevel?> _known = new();
    private readonly Func<StatusCode, LogLevel> _byStatus;
    private readonly TimeSpan _slow;

    public TimingLevels(IDictionary<string, LogLevel> methods, TimeSpan? slowCallThreshold, Func<StatusCode, LogLevel> byStatus)
    {
        _methods = [.. methods
            .OrderByDescending(entry => MethodPattern.Bare(entry.Key).Length)
            .Select(entry => (MethodPattern.AnyOf([entry.Key]), entry.Value))];
        _slow = slowCallThreshold ?? TimeSpan.MaxValue;
        _byStatus = byStatus;
        Highest = methods.Values.Where(level => level != LogLevel.None).Concat(Enum.GetValues<StatusCode>().Select(byStatus)).Max();
    }

    /// <summary>No line is louder: a logger that is silent at this level hears nothing.</summary>
    public LogLevel Highest { get; }

    /// <summary>The same for calls with a status.</summary>
    public LogLevel HighestOf(StatusCode status) => _methods.Length == 0 && !HasThreshold ? _byStatus(status) : Highest;

    /// <summary>Whether the level depends on how long a call takes.</summary>
    public bool HasThreshold => _slow != TimeSpan.MaxValue;

    public bool IsSlow(TimeSpan elapsed) => elapsed >= _slow;

    /// <summary>The level of a call's line; None for no line, which a logger's own filter may not know.</summary>
    public LogLevel Of(string method, StatusCode status, TimeSpan elapsed)
    {
        var level = LevelOf(method) ?? _byStatus(status);
        return IsSlow(elapsed) && level < LogLevel.Warning ? LogLevel.Warning : level;
    }

    /// <summary>What is wrong with options, for their validator.</summary>
    public static IEnumerable<string> Problems(TimeSpan? slowCallThreshold, IDictionary<string, LogLevel> methodLevels)
    {
        if (slowCallThreshold <= TimeSpan.Zero)
            yield return $"SlowCallThreshold is {slowCallThreshold}. Give more than zero, or null for no threshold.";
        foreach (var (pattern, level) in methodLevels)
        {
            if (!Enum.IsDefined(level))
                yield return $"MethodLevels['{pattern}'] is {level}, which is no log level.";
            if (MethodPattern.Problem(pattern) is { } problem)
                yield return $"MethodLevels: {problem}";
        }
    }

    private LogLevel? LevelOf(string method) => _methods.Length == 0
        ? null
        : _known.GetOrAdd(method, static (name, self) => self.Find(MethodPattern.Bare(name)), this);

    private LogLevel? Find(string method)
    {
        foreach (var (matches, level) in _methods)
        {
            if (matches(method))
                return level;
        }
        return null;
    }
}
