using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server.Tests;

public sealed class JwtOptionsTests
{
    public static TheoryData<string, Action<JwtOptions>> Wrong => new()
    {
        { "Issuers is empty. Give at least one, or say AllowAnyIssuer = true.", options => options.Issuers.Clear() },
        { "Issuers has an empty value. Leave it out.", options => options.Issuers.Add(" ") },
        { "Issuers is set although AllowAnyIssuer is true, which would ignore it. Give one of the two.", options =>
            options.AllowAnyIssuer = true },
        { "Audiences is empty. Give at least one, or say AllowAnyAudience = true.", options => options.Audiences.Clear() },
        { "Audiences is set although AllowAnyAudience is true, which would ignore it. Give one of the two.", options =>
            options.AllowAnyAudience = true },
        { "Algorithms is empty. Give what the keys sign with, such as 'RS256' or 'ES256'.", options => options.Algorithms.Clear() },
        { "Algorithms has an empty name or 'none', which is no signature. Leave it out.", options => options.Algorithms.Add("None") },
        { "SigningKeys, ResolveSigningKeys: both are set or both are empty. Give one of the two.", options => options.SigningKeys.Clear() },
        { "SigningKeys, ResolveSigningKeys: both are set or both are empty. Give one of the two.",
            options => options.ResolveSigningKeys = static (_, _) => new([]) },
        { "SigningKeys has a null. Leave it out.", options => options.SigningKeys.Add(null!) },
        { "ClockSkew is -00:00:01. Give zero or more, at most 01:00:00.", options => options.ClockSkew = TimeSpan.FromSeconds(-1) },
        { "ClockSkew is 02:00:00. Give zero or more, at most 01:00:00.", options => options.ClockSkew = TimeSpan.FromHours(2) },
        { "Types has an empty type. Leave it out.", options => options.Types.Add("") },
        { "NameClaim is empty. Give a claim such as 'sub'.", options => options.NameClaim = "" },
        { "RoleClaim is empty. Give a claim such as 'roles'.", options => options.RoleClaim = "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_missing_or_wrong_is_named_with_the_fix(string problem, Action<JwtOptions> change)
    {
        var options = new TokenIssuer().Options();
        change(options);

        Assert.Contains(
            "JwtOptions." + problem, Assert.Throws<ArgumentException>(() => TokenVerifiers.Jwt(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_issuer_and_audience_open_must_be_said()
    {
        var options = new JwtOptions
        {
            AllowAnyIssuer = true,
            AllowAnyAudience = true,
            Algorithms = { "HS256" },
            SigningKeys = { new SymmetricSecurityKey(new byte[32]) }
        };

        Assert.NotNull(TokenVerifiers.Jwt(options));
    }
}
