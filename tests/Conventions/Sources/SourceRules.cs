using System.Text.RegularExpressions;

namespace Interceptors.Conventions.Tests;

/// <summary>The rules that the text of a file tells.</summary>
internal static partial class SourceRules
{
    private const int MaxLineLength = 140;
    private const int MaxLines = 400;

    public static IReadOnlyList<SourceRule> All { get; } =
    [
        new("A line has at most 140 characters", file => file.IsCSharp, TooLong, new("src/A.cs", "// " + new string('a', MaxLineLength))),
        new("A file of a package has at most 400 lines", file => file.IsInPackage, TooHigh, new("src/A.cs", new('\n', MaxLines + 1))),
        new("A file of a package is named after a type in it", file => file.IsInPackage, Misnamed, new("src/A.Log.cs", "class B;")),
        new("A caught exception is named exception", file => file.IsCSharp, Caught,
            new("src/A.cs", "catch (IOException e" + "x) when (true)")),
        new("No text speaks of packages that take the place of others", _ => true, Replaced, new("A.md", "A stand" + "-in for it.")),
    ];

    /// <remarks>A raw string, a value as another program writes it, is kept in one piece.</remarks>
    private static IEnumerable<string> TooLong(SourceFile file) =>
        from line in file.Lines.Index()
        where line.Item.Length > MaxLineLength && !RawString().IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1} has {line.Item.Length} characters";

    private static IEnumerable<string> TooHigh(SourceFile file) =>
        file.Lines.Count <= MaxLines + 1 ? [] : [$"{file.Path} has {file.Lines.Count - 1} lines"];

    private static IEnumerable<string> Misnamed(SourceFile file)
    {
        var name = Path.GetFileName(file.Path).Split('.')[0];
        return Regex.IsMatch(file.Text, $@"\b(class|struct|interface|enum|record)\s+{name}\b|\bdelegate\s[^;=]*\b{name}\s*[<(]")
            ? []
            : [$"{file.Path} declares no type {name}"];
    }

    private static IEnumerable<string> Caught(SourceFile file) =>
        from match in CatchClause().Matches(file.Text)
        select $"{file.Path}:{file.Text.AsSpan(0, match.Index).Count('\n') + 1} catches '{match.Groups["name"].Value}'";

    private static IEnumerable<string> Replaced(SourceFile file) =>
        from match in Replacement().Matches(file.Text)
        select $"{file.Path}:{file.Text.AsSpan(0, match.Index).Count('\n') + 1} says '{match.Value}'";

    [GeneratedRegex("""^\s*\$*\"{3}""")]
    private static partial Regex RawString();

    // Where a parameter is called exception already, a word that says more is right, such as failure.
    [GeneratedRegex(@"\bcatch\s*\(\s*[\w.<>?]+\s+(?<name>e|ex|err|error)\s*\)")]
    private static partial Regex CatchClause();

    [GeneratedRegex(@"\bstand(-|)ins?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Replacement();
}
