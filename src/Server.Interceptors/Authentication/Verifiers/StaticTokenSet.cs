using System.Security.Cryptography;

namespace Interceptors.Server;

/// <summary>An immutable set of static tokens, stored as hashes.</summary>
internal sealed class StaticTokenSet
{
    private readonly byte[] _digests;
    private readonly (TokenVerification Accepted, DateTimeOffset? NotAfter)[] _users;

    /// <exception cref="ArgumentException">
    /// There are no tokens, or one is wrong; the message names it and the fix, never the token.
    /// </exception>
    public StaticTokenSet(IEnumerable<StaticToken> tokens)
    {
        StaticToken[] all = [.. tokens];
        if (all.Length == 0)
            throw new InvalidStaticTokensException("is empty, and every call would be refused. Give at least one token");
        _digests = new byte[all.Length * TokenDigest.Bytes];
        _users = new (TokenVerification, DateTimeOffset?)[all.Length];
        var seen = new Dictionary<TokenDigest, int>();
        for (var i = 0; i < all.Length; i++)
        {
            var digest = DigestAt(i);
            if (StaticTokenValidator.Problem(all[i], digest) is { } problem)
                throw new InvalidStaticTokensException($"[{i}] {problem}");
            if (!seen.TryAdd(TokenDigest.From(digest), i))
            {
                throw new InvalidStaticTokensException(
                    $"[{i}] of '{all[i].Name}' is the token of [{seen[TokenDigest.From(digest)]}] again. Leave one out");
            }
            _users[i] = (TokenVerification.Accept(ReadOnlyPrincipal.Of(all[i]), all[i].NotAfter), all[i].NotAfter);
        }
    }

    public int Count => _users.Length;

    /// <summary>Takes the same time whichever token is found, and whether one is: all are compared.</summary>
    public TokenVerification? Find(ReadOnlySpan<char> token, TimeProvider time)
    {
        Span<byte> digest = stackalloc byte[TokenDigest.Bytes];
        TokenDigest.Compute(token, digest);
        var found = -1;
        for (var i = 0; i < _users.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(digest, DigestAt(i)))
                found = i;
        }
        if (found < 0)
            return null;
        var (accepted, notAfter) = _users[found];
        return notAfter is { } end && time.GetUtcNow() >= end ? StaticTokenVerifier.Expired : accepted;
    }

    private Span<byte> DigestAt(int index) => _digests.AsSpan(index * TokenDigest.Bytes, TokenDigest.Bytes);
}
