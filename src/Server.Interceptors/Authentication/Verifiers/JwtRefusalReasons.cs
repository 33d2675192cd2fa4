using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server;

/// <summary>The reasons for refusing a JSON Web Token. The library's own messages are not used, because they quote the token.</summary>
internal static class JwtRefusalReasons
{
    public static readonly TokenVerification Algorithm = TokenVerification.Refuse("algorithm");
    public static readonly TokenVerification Malformed = TokenVerification.Refuse("malformed");
    public static readonly TokenVerification CriticalHeader = TokenVerification.Refuse("critical_header");

    private static readonly TokenVerification Expired = TokenVerification.Refuse("expired");
    private static readonly TokenVerification NotYetValid = TokenVerification.Refuse("not_yet_valid");
    private static readonly TokenVerification NoExpiry = TokenVerification.Refuse("no_expiry");
    private static readonly TokenVerification Lifetime = TokenVerification.Refuse("lifetime");
    private static readonly TokenVerification Issuer = TokenVerification.Refuse("issuer");
    private static readonly TokenVerification Audience = TokenVerification.Refuse("audience");
    private static readonly TokenVerification Type = TokenVerification.Refuse("type");
    private static readonly TokenVerification Signature = TokenVerification.Refuse("signature");
    private static readonly TokenVerification Invalid = TokenVerification.Refuse("invalid");

    public static TokenVerification Of(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => Expired,
        SecurityTokenNotYetValidException => NotYetValid,
        SecurityTokenNoExpirationException => NoExpiry,
        SecurityTokenInvalidLifetimeException => Lifetime,
        SecurityTokenInvalidIssuerException => Issuer,
        SecurityTokenInvalidAudienceException => Audience,
        SecurityTokenInvalidAlgorithmException => Algorithm,
        SecurityTokenInvalidTypeException => Type,
        SecurityTokenInvalidSigningKeyException or SecurityTokenInvalidSignatureException => Signature,
        SecurityTokenMalformedException => Malformed,
        _ => Invalid,
    };
}
