using System.Buffers;

namespace Interceptors.Server;

/// <summary>Validates configured tokens and computes their hashes.</summary>
internal static class StaticTokenValidator
{
    private const string HashPrefix = "sha256:";

    /// <summary>Says what is wrong and what to write instead; if nothing is, null, and the digest has been written.</summary>
    public static string? Problem(StaticToken? token, Span<byte> digest)
    {
        if (token is null)
            return "is null. Leave it out";
        if (string.IsNullOrWhiteSpace(token.Name))
            return "has no Name. Give its user";
        if (token.Roles.Any(string.IsNullOrWhiteSpace))
            return $"of '{token.Name}' has an empty role. Leave it out";
        if (token.Claims.Any(static claim => string.IsNullOrWhiteSpace(claim.Key) || claim.Value is null))
            return $"of '{token.Name}' has a claim without type or value. Leave it out";
        return TokenProblem(token.Token, digest) is { } problem ? $"of '{token.Name}' {problem}" : null;
    }

    private static string? TokenProblem(string? token, Span<byte> digest)
    {
        if (string.IsNullOrEmpty(token))
            return $"has no Token. Give the token, or '{HashPrefix}' and its SHA-256 in hexadecimal";
        if (token.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var hex = token.AsSpan(HashPrefix.Length);
            return hex.Length == 2 * TokenDigest.Bytes && Convert.FromHexString(hex, digest, out _, out _) == OperationStatus.Done
                ? null
                : $"has no 64 hexadecimal digits after '{HashPrefix}'. Give the SHA-256 of the token's characters";
        }
        if (!BearerToken.IsWellFormed(token))
            return "has characters that no bearer token has (RFC 6750 §2.1). Give A-Z a-z 0-9 - . _ ~ + / and = at its end";
        TokenDigest.Compute(token, digest);
        return null;
    }
}
