namespace Interceptors.Server;

/// <summary>Makes a verifier's reason safe to log. A user's verifier may build it from what the caller sent.</summary>
internal static class RedactedReason
{
    private const int MaxLength = 200;

    // Shorter pieces occur in ordinary words.
    private const int MinPiece = 8;

    public static string Of(string reason, ReadOnlySpan<char> token)
    {
        if (HoldsPiece(reason, token))
            return "a reason that holds the token";
        return SafeText.Of(reason, MaxLength);
    }

    /// <summary>The whole token, or a part of a JWT.</summary>
    private static bool HoldsPiece(string reason, ReadOnlySpan<char> token)
    {
        if (reason.AsSpan().Contains(token, StringComparison.Ordinal))
            return true;
        foreach (var part in token.Split('.'))
        {
            var piece = token[part];
            if (piece.Length >= MinPiece && reason.AsSpan().Contains(piece, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
