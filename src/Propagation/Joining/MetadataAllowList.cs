using System.Buffers;
using System.Collections.Frozen;

namespace Interceptors.Propagation;

/// <summary>Decides which metadata keys of an incoming call may join outgoing calls, by exact keys and prefixes.</summary>
/// <remarks>
/// Some keys never cross, whatever the list says: credentials (<c>authorization</c>, <c>proxy-authorization</c>, <c>cookie</c>); headers
/// of one connection or one message (<c>grpc-*</c>, <c>content-*</c>, <c>te</c>, <c>user-agent</c>, <c>host</c>, pseudo-headers,
/// hop-by-hop headers); and the platform's own trace context (<c>traceparent</c>, <c>tracestate</c>, <c>baggage</c>).
/// </remarks>
public sealed class MetadataAllowList
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static readonly FrozenSet<string> NeverCrossing = FrozenSet.Create(
        StringComparer.Ordinal,
        "authorization", "proxy-authorization", "cookie", "set-cookie",
        "te", "user-agent", "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "trailer", "upgrade",
        "accept-encoding", "expect",
        "traceparent", "tracestate", "baggage");

    private readonly FrozenSet<string> _exact;
    private readonly string[] _prefixes;

    /// <summary>Builds the list from patterns; letter case does not matter.</summary>
    /// <param name="patterns">Exact keys such as <c>x-tenant</c>, or prefixes such as <c>x-md-global-*</c>.</param>
    /// <exception cref="ArgumentException">A pattern is empty, malformed, or names a key that never crosses.</exception>
    public MetadataAllowList(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var all = patterns.ToArray();
        foreach (var pattern in all)
        {
            if (PatternProblem(pattern) is { } problem)
                throw new ArgumentException(problem, nameof(patterns));
        }
        _exact = all.Where(pattern => !pattern.EndsWith('*')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _prefixes = [.. all.Where(pattern => pattern.EndsWith('*')).Select(pattern => pattern[..^1].ToLowerInvariant())];
    }

    /// <summary>Whether entries of this key may cross.</summary>
    /// <param name="key">A metadata key in lower case, as <see cref="Grpc.Core.Metadata"/> holds it.</param>
    public bool Allows(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (NeverCrosses(key))
            return false;
        if (_exact.Contains(key))
            return true;
        foreach (var prefix in _prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether entries of this key stay with their call whatever a list says: credentials, transport headers, the platform's trace
    /// context.
    /// </summary>
    /// <param name="key">A metadata key in lower case.</param>
    public static bool NeverCrosses(string key) =>
        key.StartsWith("grpc-", StringComparison.Ordinal)
        || key.StartsWith("content-", StringComparison.Ordinal)
        || key.StartsWith(':')
        || NeverCrossing.Contains(key);

    /// <summary>Whether <paramref name="key"/> holds nothing but what a metadata key may: <c>a-z 0-9 _ - .</c></summary>
    /// <param name="key">The key, in lower case.</param>
    public static bool IsLegalKey(string key) => !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>What is wrong with a pattern and what to write instead; null if nothing is.</summary>
    /// <param name="pattern">As the constructor takes it.</param>
    public static string? PatternProblem(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
            return "A joined key is empty. Give a key such as 'x-tenant' or a prefix such as 'x-md-global-*'.";
        var key = (pattern.EndsWith('*') ? pattern[..^1] : pattern).ToLowerInvariant();
        if (key.Length == 0)
            return "The joined key '*' would let every header through. Give a prefix such as 'x-md-global-*'.";
        if (!IsLegalKey(key))
            return $"The joined key '{pattern}' has characters that no metadata key has. Give a-z 0-9 _ - . and '*' only at the end.";
        return NeverCrosses(key) ? $"The joined key '{pattern}' never crosses from one call to another. Take it off the list." : null;
    }
}
