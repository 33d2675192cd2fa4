using Microsoft.Extensions.Options;

namespace Interceptors.Client;

internal sealed class FallbackTokenOptionsValidator : IValidateOptions<FallbackTokenOptions>
{
    public ValidateOptionsResult Validate(string? name, FallbackTokenOptions options) =>
        Enum.IsDefined(options.OnFailure)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{nameof(FallbackTokenOptions)}.{nameof(options.OnFailure)} is {(int)options.OnFailure}, which is not known; "
                + $"use {nameof(TokenFailureAction.FailCall)} or {nameof(TokenFailureAction.SendWithout)}.");

    /// <summary>For use without DI: the options, or the ArgumentException that says what to mend.</summary>
    public static FallbackTokenOptions Checked(IOptions<FallbackTokenOptions>? options)
    {
        var value = options?.Value ?? new FallbackTokenOptions();
        var result = new FallbackTokenOptionsValidator().Validate(null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
    }
}
