using System.Collections.Concurrent;
using System.Security.Claims;

namespace Interceptors.Server;

/// <summary>
/// Caches verified tokens for a time, up to a maximum number. It keeps two generations: when the young one holds half of the maximum
/// it becomes the old one, and tokens of the previous old one that nobody used since are dropped.
/// </summary>
internal sealed class VerifiedTokenCache(int size, TimeSpan duration, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly int _half = (size + 1) / 2;
    private ConcurrentDictionary<TokenDigest, Entry> _young = new();
    private ConcurrentDictionary<TokenDigest, Entry> _old = new();

    /// <summary>The user as it was verified, a copy for this call alone; null if it is not known any more.</summary>
    /// <param name="token">The token.</param>
    /// <param name="expiresAt">When it ends; null if it doesn't, or if that is not known.</param>
    public ClaimsPrincipal? Find(ReadOnlySpan<char> token, out DateTimeOffset? expiresAt)
    {
        expiresAt = null;
        var digest = TokenDigest.Of(token);
        if (!Volatile.Read(ref _young).TryGetValue(digest, out var entry))
        {
            if (!Volatile.Read(ref _old).TryGetValue(digest, out entry))
                return null;
            Add(digest, entry);
        }
        expiresAt = entry.ExpiresAt;
        return time.GetUtcNow() < entry.Until ? CopyOf(entry.User) : null;
    }

    public void Add(string token, TokenVerification verified)
    {
        var until = time.GetUtcNow() + duration;
        if (verified.ExpiresAt is { } end && end < until)
            until = end;
        Add(TokenDigest.Of(token), new Entry(CopyOf(verified.User!), until, verified.ExpiresAt));
    }

    private void Add(TokenDigest digest, Entry entry)
    {
        lock (_lock)
        {
            _young[digest] = entry;
            if (_young.Count < _half)
                return;
            Volatile.Write(ref _old, _young);
            Volatile.Write(ref _young, new());
        }
    }

    /// <summary>Principals can be changed, and a handler that adds a claim must add it to its own call only.</summary>
    private static ClaimsPrincipal CopyOf(ClaimsPrincipal user)
    {
        var copy = new ClaimsPrincipal();
        foreach (var identity in user.Identities)
            copy.AddIdentity(identity.Clone());
        return copy;
    }

    private sealed record Entry(ClaimsPrincipal User, DateTimeOffset Until, DateTimeOffset? ExpiresAt);
}
