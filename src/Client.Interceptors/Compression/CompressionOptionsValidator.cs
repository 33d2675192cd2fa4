using Microsoft.Extensions.Options;

namespace Interceptors.Client;

internal sealed class CompressionOptionsValidator : IValidateOptions<CompressionOptions>
{
    public ValidateOptionsResult Validate(string? name, CompressionOptions options)
    {
        var failures = new List<string>();
        if (options.MinimumSize < 0)
            failures.Add($"{nameof(CompressionOptions)}.{nameof(options.MinimumSize)} is {options.MinimumSize}; use 0 or more bytes.");
        AddPatternProblem(failures, nameof(options.Methods), options.Methods);
        AddPatternProblem(failures, nameof(options.ExcludedMethods), options.ExcludedMethods);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>For use without DI: the options, or the ArgumentException that says what to mend.</summary>
    public static CompressionOptions Checked(IOptions<CompressionOptions>? options)
    {
        var value = options?.Value ?? new CompressionOptions();
        var result = new CompressionOptionsValidator().Validate(null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
    }

    private static void AddPatternProblem(List<string> failures, string option, IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            try
            {
                MethodSelector.Parse(pattern);
            }
            catch (ArgumentException problem)
            {
                failures.Add($"{nameof(CompressionOptions)}.{option}: {problem.Message}");
            }
        }
    }
}
