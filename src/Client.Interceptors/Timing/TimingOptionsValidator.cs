using Microsoft.Extensions.Options;

namespace Interceptors.Client;

internal sealed class TimingOptionsValidator : IValidateOptions<TimingOptions>
{
    public ValidateOptionsResult Validate(string? name, TimingOptions options)
    {
        var failures = new List<string>();
        if (options.SlowCallThreshold <= TimeSpan.Zero)
        {
            failures.Add($"{nameof(TimingOptions)}.{nameof(options.SlowCallThreshold)} is {options.SlowCallThreshold}; "
                + "use more than zero, or null for no threshold.");
        }
        foreach (var (pattern, level) in options.MethodLevels)
        {
            if (!Enum.IsDefined(level))
                failures.Add($"{nameof(TimingOptions)}.{nameof(options.MethodLevels)}['{pattern}'] is {level}, which is no log level.");
            try
            {
                MethodSelector.Parse(pattern);
            }
            catch (ArgumentException error)
            {
                failures.Add($"{nameof(TimingOptions)}.{nameof(options.MethodLevels)}: {error.Message}");
            }
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>For use without DI: the options, or the ArgumentException that says what to mend.</summary>
    public static TimingOptions Checked(IOptions<TimingOptions>? options)
    {
        var value = options?.Value ?? new TimingOptions();
        var result = new TimingOptionsValidator().Validate(null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
    }
}
