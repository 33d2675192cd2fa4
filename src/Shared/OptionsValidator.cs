using Microsoft.Extensions.Options;

namespace Interceptors;

/// <summary>Checks a class of options: at the start of the host, or when an interceptor is made without DI.</summary>
internal abstract class OptionsValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : class, new()
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = Problems(options).Select(problem => Sentence(name, problem)).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>The options, or the ArgumentException that says what to mend; the defaults for null.</summary>
    public TOptions Checked(IOptions<TOptions>? options)
    {
        var value = options?.Value ?? new TOptions();
        var result = Validate(name: null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
    }

    /// <summary>What a problem reads like to whoever has to mend it.</summary>
    /// <param name="name">The name of the options; null or empty for those without one.</param>
    /// <param name="problem">One of <see cref="Problems"/>.</param>
    protected virtual string Sentence(string? name, string problem) => $"{typeof(TOptions).Name}.{problem}";

    /// <summary>What is wrong: each begins with the name of the option, says what it is, and what to write instead.</summary>
    protected abstract IEnumerable<string> Problems(TOptions options);
}
