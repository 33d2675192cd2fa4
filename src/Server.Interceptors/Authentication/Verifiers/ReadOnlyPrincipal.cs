using System.Security.Claims;

namespace Interceptors.Server;

/// <summary>The user of a static token. All calls with that token share it, so it can't be changed.</summary>
internal sealed class ReadOnlyPrincipal : ClaimsPrincipal
{
    public const string NameClaim = "name";
    public const string RoleClaim = "role";

    private ReadOnlyPrincipal(ReadOnlyIdentity identity)
        : base(identity)
    {
    }

    public static ReadOnlyPrincipal Of(StaticToken token)
    {
        var claims = new List<Claim> { new(NameClaim, token.Name) };
        foreach (var role in token.Roles)
            claims.Add(new Claim(RoleClaim, role));
        foreach (var (type, value) in token.Claims)
            claims.Add(new Claim(type, value));
        return new ReadOnlyPrincipal(new ReadOnlyIdentity(claims));
    }

    public override void AddIdentity(ClaimsIdentity identity) => throw Fixed();

    public override void AddIdentities(IEnumerable<ClaimsIdentity> identities) => throw Fixed();

    public override ClaimsPrincipal Clone() => new(((ClaimsIdentity)Identity!).Clone());

    private static InvalidOperationException Fixed() =>
        new("This user is shared by all calls with its token; change a copy of it: user.Clone(), and set HttpContext.User.");

    private sealed class ReadOnlyIdentity(IEnumerable<Claim> claims) : ClaimsIdentity(claims, "Bearer", NameClaim, RoleClaim)
    {
        public override void AddClaim(Claim claim) => throw Fixed();

        public override void AddClaims(IEnumerable<Claim?> claims) => throw Fixed();

        public override void RemoveClaim(Claim? claim) => throw Fixed();

        public override bool TryRemoveClaim(Claim? claim) => throw Fixed();
    }
}
