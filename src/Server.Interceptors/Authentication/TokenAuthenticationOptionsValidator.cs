namespace Interceptors.Server;

/// <summary>Validates <see cref="TokenAuthenticationOptions"/>.</summary>
internal sealed class TokenAuthenticationOptionsValidator : OptionsValidator<TokenAuthenticationOptions>
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    protected override IEnumerable<string> Problems(TokenAuthenticationOptions options)
    {
        foreach (var problem in options.AnonymousMethods.Select(MethodPattern.Problem).OfType<string>())
            yield return $"{nameof(options.AnonymousMethods)}: {problem}";
        if (options.MaxTokenLength <= 0)
            yield return $"{nameof(options.MaxTokenLength)} is {options.MaxTokenLength}. Give a positive number.";
        if (options.VerificationTimeout <= TimeSpan.Zero || options.VerificationTimeout > MaxTime)
            yield return $"{nameof(options.VerificationTimeout)} is {options.VerificationTimeout}. Give a positive time of at most a day.";
        if (string.IsNullOrEmpty(options.Realm) || options.Realm.Any(static c => c is < ' ' or > '~' or '"' or '\\'))
        {
            yield return $"{nameof(options.Realm)} is empty or has characters other than printable ASCII, or a quotation mark or "
                + "backslash. Give one such as 'grpc'.";
        }
        if (options.CacheSize < 0)
            yield return $"{nameof(options.CacheSize)} is {options.CacheSize}. Give 0 (off) or more.";
        if (options.CacheDuration <= TimeSpan.Zero || options.CacheDuration > MaxTime)
            yield return $"{nameof(options.CacheDuration)} is {options.CacheDuration}. Give a positive time of at most a day.";
    }
}
