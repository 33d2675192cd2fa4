namespace Interceptors.Client;

/// <summary>
/// Chooses methods. By patterns: <c>*</c> (all), <c>pkg.Service/Method</c> (one), <c>pkg.Service</c> or <c>pkg.Service/*</c> (a service),
/// <c>pkg.*</c> (every service of a package and of the packages in it); or by a predicate. Letter case matters, as it does in gRPC.
/// </summary>
public sealed class MethodSelector
{
    private static int _made;

    private readonly Func<string, bool> _matches;
    // A client calls few methods, each very often; a gateway as many as it is asked for.
    private readonly BoundedTable<string, bool> _known = new();

    private MethodSelector(Func<string, bool> matches, string name)
    {
        _matches = matches;
        Name = name;
    }

    /// <summary>All methods.</summary>
    public static MethodSelector All { get; } = new(static _ => true, "*");

    /// <summary>The methods that match any of the patterns; none if there are no patterns.</summary>
    /// <param name="patterns">The patterns; a leading slash is ignored.</param>
    /// <exception cref="ArgumentException">A pattern is malformed; the message names it and the right forms.</exception>
    public static MethodSelector Parse(params IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var all = patterns.ToList();
        return new MethodSelector(MethodPattern.AnyOf(all), string.Join(',', all));
    }

    /// <summary>The methods that a predicate chooses; its answer for a method is kept.</summary>
    /// <param name="predicate">Gets the full name, such as <c>pkg.Service/Method</c>.</param>
    public static MethodSelector Where(Func<string, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new MethodSelector(predicate, $"where-{Interlocked.Increment(ref _made)}");
    }

    /// <summary>Whether a method is chosen.</summary>
    /// <param name="fullMethodName">Its full name, with or without a leading slash: <c>/pkg.Service/Method</c>.</param>
    public bool Matches(string fullMethodName)
    {
        ArgumentNullException.ThrowIfNull(fullMethodName);
        return ReferenceEquals(this, All)
            || _known.GetOrAdd(fullMethodName, static (name, matches) => matches(MethodPattern.Bare(name)), _matches);
    }

    /// <summary>Equal for selectors of the same patterns.</summary>
    internal string Name { get; }

    /// <summary>The methods that are chosen here, and by none of the others.</summary>
    internal MethodSelector Except(IReadOnlyList<MethodSelector> others) =>
        new(method => Matches(method) && !others.Any(other => other.Matches(method)), Name);

    /// <summary>What is wrong with a pattern and what to write instead; null if nothing is.</summary>
    internal static string? PatternProblem(string? pattern) => MethodPattern.Problem(pattern);
}
