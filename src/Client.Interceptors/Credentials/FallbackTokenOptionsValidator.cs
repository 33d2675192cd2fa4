namespace Interceptors.Client;

internal sealed class FallbackTokenOptionsValidator : OptionsValidator<FallbackTokenOptions>
{
    protected override IEnumerable<string> Problems(FallbackTokenOptions options)
    {
        if (!Enum.IsDefined(options.OnFailure))
        {
            yield return $"{nameof(options.OnFailure)} is {(int)options.OnFailure}, which is not known. "
                + $"Give {nameof(TokenFailureAction.FailCall)} or {nameof(TokenFailureAction.SendWithout)}.";
        }
    }
}
