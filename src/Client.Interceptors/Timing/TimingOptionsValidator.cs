using Interceptors.Propagation;

namespace Interceptors.Client;

internal sealed class TimingOptionsValidator : OptionsValidator<TimingOptions>
{
    protected override IEnumerable<string> Problems(TimingOptions options)
    {
        if (options.SlowCallThreshold <= TimeSpan.Zero)
            yield return $"{nameof(options.SlowCallThreshold)} is {options.SlowCallThreshold}; use more than zero, or null for no threshold.";
        foreach (var (pattern, level) in options.MethodLevels)
        {
            if (!Enum.IsDefined(level))
                yield return $"{nameof(options.MethodLevels)}['{pattern}'] is {level}, which is no log level.";
            if (MethodSelector.PatternProblem(pattern) is { } problem)
                yield return $"{nameof(options.MethodLevels)}: {problem}";
        }
    }
}
