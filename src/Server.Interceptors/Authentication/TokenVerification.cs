using System.Security.Claims;

namespace Interceptors.Server;

/// <summary>The result of verifying a token: a user, or a reason to refuse it.</summary>
public sealed class TokenVerification
{
    private TokenVerification(ClaimsPrincipal? user, DateTimeOffset? expiresAt, string? reason)
    {
        User = user;
        ExpiresAt = expiresAt;
        Reason = reason;
    }

    /// <summary>Who presents the token; null if it is refused.</summary>
    public ClaimsPrincipal? User { get; }

    /// <summary>When the token ends; null if it doesn't, or if that is not known. What was found is never kept for longer.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>Why the token is refused, for the log; null if it is accepted.</summary>
    public string? Reason { get; }

    /// <summary>The token is good.</summary>
    /// <param name="user">
    /// Whose it is. Only an identity that names its authentication type counts as authenticated, as everywhere in .NET.
    /// </param>
    /// <param name="expiresAt">When it ends; null if it doesn't, or if that is not known.</param>
    public static TokenVerification Accept(ClaimsPrincipal user, DateTimeOffset? expiresAt = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new(user, expiresAt, reason: null);
    }

    /// <summary>The token is not good: unknown, expired, revoked, not meant for this server.</summary>
    /// <param name="reason">
    /// Why, in a word such as <c>revoked</c>. It is logged, and the caller never sees it: to a caller all bad tokens are alike. No secret
    /// belongs in it; one that holds the token is left out.
    /// </param>
    public static TokenVerification Refuse(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new(user: null, expiresAt: null, reason);
    }
}
