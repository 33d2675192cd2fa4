namespace Interceptors.Server;

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
            yield return $"{nameof(options.Algorithms)} is empty; name what the keys sign with, such as 'RS256' or 'ES256'.";
        if (options.Algorithms.Any(static name => string.IsNullOrWhiteSpace(name) || name.Equals("none", StringComparison.OrdinalIgnoreCase)))
            yield return $"{nameof(options.Algorithms)} has an empty name or 'none', which is no signature; leave it out.";
        if (options.SigningKeys.Count == 0 == options.ResolveSigningKeys is null)
            yield return $"{nameof(options.SigningKeys)}, {nameof(options.ResolveSigningKeys)}: set one of the two.";
        if (options.SigningKeys.Contains(null!))
            yield return $"{nameof(options.SigningKeys)} has a null; leave it out.";
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > MaxSkew)
            yield return $"{nameof(options.ClockSkew)} is {options.ClockSkew}; use zero or more, at most {MaxSkew}.";
        if (options.Types.Any(string.IsNullOrWhiteSpace))
            yield return $"{nameof(options.Types)} has an empty type; leave it out.";
        if (string.IsNullOrWhiteSpace(options.NameClaim))
            yield return $"{nameof(options.NameClaim)} is empty; use a claim such as 'sub'.";
        if (string.IsNullOrWhiteSpace(options.RoleClaim))
            yield return $"{nameof(options.RoleClaim)} is empty; use a claim such as 'roles'.";
    }

    private static string? ListProblem(IList<string> values, bool allowAny, string optOut)
    {
        if (allowAny)
            return values.Count > 0 ? $"is set although {optOut} is true, which would ignore it; choose one." : null;
        if (values.Count == 0)
            return $"is empty; name at least one, or say {optOut} = true.";
        return values.Any(string.IsNullOrWhiteSpace) ? "has an empty value; leave it out." : null;
    }
}
