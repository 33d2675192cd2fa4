using System.Buffers;
using System.Collections.Concurrent;

namespace Interceptors.Client;

/// <summary>
/// Chooses methods. By patterns: <c>*</c> (all), <c>pkg.Service/Method</c> (one), <c>pkg.Service</c> or <c>pkg.Service/*</c> (a service),
/// <c>pkg.*</c> (every service of a package and of the packages in it); or by a predicate. Letter case matters, as it does in gRPC.
/// </summary>
public sealed class MethodSelector
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");

    private readonly Func<string, bool> _matches;
    // A client calls few methods, each very often.
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    private MethodSelector(Func<string, bool> matches) => _matches = matches;

    /// <summary>All methods.</summary>
    public static MethodSelector All { get; } = new(static _ => true);

    /// <summary>The methods that match any of the patterns; none if there are no patterns.</summary>
    /// <param name="patterns">The patterns; a leading slash is ignored.</param>
    /// <exception cref="ArgumentException">A pattern is malformed; the message names it and the right forms.</exception>
    public static MethodSelector Parse(params IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var matches = patterns.Select(ParseOne).ToArray();
        return new MethodSelector(method => Array.Exists(matches, match => match(method)));
    }

    /// <summary>The methods that a predicate chooses; it is asked once for each method, and its answer is kept.</summary>
    /// <param name="predicate">Gets the full name, such as <c>pkg.Service/Method</c>.</param>
    public static MethodSelector Where(Func<string, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new MethodSelector(predicate);
    }

    /// <summary>Whether a method is chosen.</summary>
    /// <param name="fullMethodName">Its full name, with or without a leading slash: <c>/pkg.Service/Method</c>.</param>
    public bool Matches(string fullMethodName)
    {
        ArgumentNullException.ThrowIfNull(fullMethodName);
        return ReferenceEquals(this, All) || _known.GetOrAdd(fullMethodName, static (name, matches) => matches(Bare(name)), _matches);
    }

    /// <summary>What is wrong with a pattern and what to write instead; null if nothing is.</summary>
    internal static string? PatternProblem(string? pattern) => TryParse(pattern) is not null
        ? null
        : $"'{pattern}' is no pattern for methods; write 'pkg.Service/Method', 'pkg.Service/*', 'pkg.Service', 'pkg.*' or '*'.";

    private static Func<string, bool> ParseOne(string? pattern) =>
        TryParse(pattern) ?? throw new ArgumentException(PatternProblem(pattern), nameof(pattern));

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

    private static string Bare(string name) => name.StartsWith('/') ? name[1..] : name;
}
