namespace Interceptors.Server;

/// <summary>Validates <see cref="JwtOptions"/>.</summary>
internal sealed class JwtOptionsValidator : OptionsValidator<JwtOptions>
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromHours(1);

    protected override IEnumerable<string> Problems(JwtOptions options)
    {
        if (ListProblem(options.Issuers, options.AllowAnyIssuer, nameof(options.AllowAnyIssuer)) is { } issuers)
            yield return $"{nameof(options.Issuers)} {issuers}";
        if (ListProblem(options.Audiences, options.AllowAnyAudience, nameof(options.AllowAnyAudience)) is { } audiences)
            yield return $"{nameof(options.Audiences)} {audiences}";
        if (options.Algorithms.Count == 0)
            yield return $"{nameof(options.Algorithms)} is empty. Give what the keys sign with, such as 'RS256' or 'ES256'.";
        if (options.Algorithms.Any(
            static name => string.IsNullOrWhiteSpace(name) || name.Equals("none", StringComparison.OrdinalIgnoreCase)))
            yield return $"{nameof(options.Algorithms)} has an empty name or 'none', which is no signature. Leave it out.";
        if (options.SigningKeys.Count == 0 == options.ResolveSigningKeys is null)
        {
            yield return $"{nameof(options.SigningKeys)}, {nameof(options.ResolveSigningKeys)}: both are set or both are empty. "
                + "Give one of the two.";
        }
        if (options.SigningKeys.Contains(null!))
            yield return $"{nameof(options.SigningKeys)} has a null. Leave it out.";
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > MaxSkew)
            yield return $"{nameof(options.ClockSkew)} is {options.ClockSkew}. Give zero or more, at most {MaxSkew}.";
        if (options.Types.Any(string.IsNullOrWhiteSpace))
            yield return $"{nameof(options.Types)} has an empty type. Leave it out.";
        if (string.IsNullOrWhiteSpace(options.NameClaim))
            yield return $"{nameof(options.NameClaim)} is empty. Give a claim such as 'sub'.";
        if (string.IsNullOrWhiteSpace(options.RoleClaim))
            yield return $"{nameof(options.RoleClaim)} is empty. Give a claim such as 'roles'.";
    }

    private static string? ListProblem(IList<string> values, bool allowAny, string optOut)
    {
        if (allowAny)
            return values.Count > 0 ? $"is set although {optOut} is true, which would ignore it. Give one of the two." : null;
        if (values.Count == 0)
            return $"is empty. Give at least one, or say {optOut} = true.";
        return values.Any(string.IsNullOrWhiteSpace) ? "has an empty value. Leave it out." : null;
    }
}
