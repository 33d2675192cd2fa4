using Microsoft.Extensions.Options;

namespace Interceptors.Client;

internal sealed class DeadlineOptionsValidator : IValidateOptions<DeadlineOptions>
{
    public ValidateOptionsResult Validate(string? name, DeadlineOptions options)
    {
        var failures = new List<string>();
        if (options.Default is { } time && time <= TimeSpan.Zero)
            failures.Add($"{nameof(DeadlineOptions)}.{nameof(options.Default)} is {time}; use a positive time, or null for none.");
        if (options.IncomingReserve < TimeSpan.Zero)
            failures.Add($"{nameof(DeadlineOptions)}.{nameof(options.IncomingReserve)} is {options.IncomingReserve}; use zero or more.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, of) in options.Methods)
        {
            var entry = $"{nameof(DeadlineOptions)}.{nameof(options.Methods)}['{key}']";
            if (!IsName(key))
                failures.Add($"{entry} names neither a method nor a service; write 'pkg.Service/Method' or 'pkg.Service'.");
            else if (!seen.Add(key.TrimStart('/')))
                failures.Add($"{entry} is there twice, with and without its leading slash; leave one.");
            if (of <= TimeSpan.Zero && of != Timeout.InfiniteTimeSpan)
                failures.Add($"{entry} is {of}; use a positive time, or -00:00:00.001 (infinite) for none.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>For use without DI: the options, or the ArgumentException that says what to mend.</summary>
    public static DeadlineOptions Checked(IOptions<DeadlineOptions>? options)
    {
        var value = options?.Value ?? new DeadlineOptions();
        var result = new DeadlineOptionsValidator().Validate(null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
    }

    /// <summary>A name as <see cref="MethodSelector"/> knows it, but no pattern.</summary>
    private static bool IsName(string key)
    {
        if (key.Contains('*', StringComparison.Ordinal))
            return false;
        try
        {
            MethodSelector.Parse(key);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
