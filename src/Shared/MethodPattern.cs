using System.Buffers;

namespace Interceptors;

/// <summary>
/// The patterns by which both sides choose methods: <c>*</c> (all), <c>pkg.Service/Method</c> (one), <c>pkg.Service</c> or
/// <c>pkg.Service/*</c> (a service), <c>pkg.*</c> (every service of a package and of the packages in it). A leading slash is ignored;
/// letter case matters, as it does in gRPC.
/// </summary>
internal static class MethodPattern
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <summary>What is wrong with a pattern and what to write instead; null if nothing is.</summary>
    public static string? Problem(string? pattern) => TryParse(pattern) is not null
        ? null
        : $"'{pattern}' is no pattern for methods. Give 'pkg.Service/Method', 'pkg.Service/*', 'pkg.Service', 'pkg.*' or '*'.";

    /// <summary>Whether a <see cref="Bare"/> name matches any of the patterns.</summary>
    /// <exception cref="ArgumentException">A pattern is malformed; the message names it and the right forms.</exception>
    public static Func<string, bool> AnyOf(IEnumerable<string> patterns)
    {
        var matches = patterns.Select(ParseOne).ToArray();
        return method => Array.Exists(matches, match => match(method));
    }

    /// <summary>A method's full name without its leading slash.</summary>
    public static string Bare(string name) => name.StartsWith('/') ? name[1..] : name;

    private static Func<string, bool> ParseOne(string? pattern) =>
        TryParse(pattern) ?? throw new ArgumentException(Problem(pattern), nameof(pattern));

    private static Func<string, bool>? TryParse(string? pattern)
    {
        var bare = Bare(pattern ?? "");
        if (bare == "*")
            return static _ => true;
        if (bare.Split('/') is [var service, var method] && IsName(service) && (method == "*" || IsName(method)))
            return method == "*" ? InService(service) : name => name == bare;
        if (bare.EndsWith(".*", StringComparison.Ordinal) && IsName(bare[..^2]))
            return name => name.StartsWith(bare[..^1], StringComparison.Ordinal);
        return IsName(bare) ? InService(bare) : null;
    }

    private static Func<string, bool> InService(string service) => name => name.StartsWith(service + "/", StringComparison.Ordinal);

    private static bool IsName(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(NameCharacters) && text[0] != '.' && text[^1] != '.';
}
