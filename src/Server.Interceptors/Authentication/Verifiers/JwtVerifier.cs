using System.Security.Claims;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server;

/// <summary>Verifies JSON Web Tokens with Microsoft.IdentityModel.</summary>
internal sealed class JwtVerifier : ITokenVerifier
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly HashSet<string> _algorithms;
    private readonly Func<string?, CancellationToken, ValueTask<IEnumerable<SecurityKey>>>? _resolveKeys;

    public JwtVerifier(JwtOptions options)
    {
        new JwtOptionsValidator().Checked(Options.Create(options));
        _resolveKeys = options.ResolveSigningKeys;
        _algorithms = new HashSet<string>(options.Algorithms, StringComparer.Ordinal);
        _parameters = new TokenValidationParameters
        {
            AuthenticationType = "Bearer",
            ValidateIssuer = !options.AllowAnyIssuer,
            ValidIssuers = [.. options.Issuers],
            ValidateAudience = !options.AllowAnyAudience,
            ValidAudiences = [.. options.Audiences],
            IgnoreTrailingSlashWhenValidatingAudience = false,
            ValidAlgorithms = [.. options.Algorithms],
            IssuerSigningKeys = [.. options.SigningKeys],
            ValidateIssuerSigningKey = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            ClockSkew = options.ClockSkew,
            ValidTypes = options.Types.Count > 0 ? [.. options.Types] : null,
            NameClaimType = options.NameClaim,
            RoleClaimType = options.RoleClaim,
            // They would end up in logs.
            IncludeTokenOnFailedValidation = false,
            LogValidationExceptions = false,
        };
    }

    public async ValueTask<TokenVerification> VerifyAsync(string token, ServerCallContext context, CancellationToken cancellationToken)
    {
        if (Read(token, out var jwt, out var keyId) is { } refusal)
            return refusal;
        var parameters = _parameters;
        if (_resolveKeys is not null)
        {
            parameters = _parameters.Clone();
            parameters.IssuerSigningKeys = await _resolveKeys(keyId, cancellationToken).ConfigureAwait(false);
        }
        var result = await _handler.ValidateTokenAsync(jwt, parameters).ConfigureAwait(false);
        return result.IsValid
            ? TokenVerification.Accept(UserOf(result.ClaimsIdentity), new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero))
            : JwtRefusalReasons.Of(result.Exception);
    }

    /// <summary>Without the token itself, which the library's own identity holds on to.</summary>
    private static ClaimsPrincipal UserOf(ClaimsIdentity identity) => new(new CaseSensitiveClaimsIdentity(
        identity.Claims, identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType));

    /// <summary>Takes the token apart, and refuses what needs no key to be refused.</summary>
    private TokenVerification? Read(string token, out JsonWebToken jwt, out string? keyId)
    {
        jwt = null!;
        keyId = null;
        try
        {
            jwt = _handler.ReadJsonWebToken(token);
            keyId = string.IsNullOrEmpty(jwt.Kid) ? null : jwt.Kid;
            if (!_algorithms.Contains(jwt.Alg))
                return JwtRefusalReasons.Algorithm;
            // No extension is known here, and one that must be understood must not be ignored (RFC 7515 §4.1.11).
            return jwt.TryGetHeaderValue<object>("crit", out _) ? JwtRefusalReasons.CriticalHeader : null;
        }
        catch (Exception)
        {
            // Whatever the library makes of it, it is about what the caller wrote.
            return JwtRefusalReasons.Malformed;
        }
    }
}
