using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server;

/// <summary>
/// Options for verifying JSON Web Tokens (RFC 7519, RFC 8725). Issuers, audiences, algorithms and keys have no default and must be
/// set.
/// </summary>
public sealed class JwtOptions
{
    /// <summary>
    /// The issuers whose tokens are taken (<c>iss</c>), letter by letter. At least one, unless <see cref="AllowAnyIssuer"/>.
    /// </summary>
    public IList<string> Issuers { get; } = [];

    /// <summary>Whether any issuer will do, for instance where only one has the key. Default: false.</summary>
    public bool AllowAnyIssuer { get; set; }

    /// <summary>
    /// The names of this server, one of which the token must be meant for (<c>aud</c>). At least one, unless
    /// <see cref="AllowAnyAudience"/>.
    /// </summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>
    /// Whether tokens for any audience are accepted. If so, any service that receives a token can use it here. Default: false.
    /// </summary>
    public bool AllowAnyAudience { get; set; }

    /// <summary>
    /// The signature algorithms taken (<c>alg</c>, RFC 7518 §3.1), such as <c>RS256</c> or <c>ES256</c>. At least one; never <c>none</c>.
    /// </summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>
    /// The keys that sign. At least one, unless <see cref="ResolveSigningKeys"/>; a set of keys in JSON is read by <c>JsonWebKeySet </c>.
    /// They are left out when the options are written out, since some hold secrets.
    /// </summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IList<SecurityKey> SigningKeys { get; } = [];

    /// <summary>
    /// Gets the keys that may have signed a token, for keys that change while the server runs; instead of <see cref="SigningKeys"/>.
    /// Given the token's key id (<c>kid</c>), which anybody may have written: it is for comparing, not for building paths or queries.
    /// Null if the token names none. Called for every token, so it keeps the keys and fetches them seldom. Default: null.
    /// </summary>
    [JsonIgnore]
    public Func<string?, CancellationToken, ValueTask<IEnumerable<SecurityKey>>>? ResolveSigningKeys { get; set; }

    /// <summary>
    /// How far apart the clocks of issuer and server may be, for the times from and until which a token is good (<c>nbf</c>, <c>exp</c>). A
    /// token without <c>exp</c> is refused. Zero or more, at most an hour. Default: 1 min.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The types taken (<c>typ</c>), such as <c>at+jwt</c> (RFC 9068 §2.1). Default: none, which takes any type and tokens without one.
    /// </summary>
    public IList<string> Types { get; } = [];

    /// <summary>The claim that is the user's name. Default: <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claim that is a role of the user, which <c>IsInRole</c> looks at. Default: <c>roles</c>.</summary>
    public string RoleClaim { get; set; } = "roles";
}
