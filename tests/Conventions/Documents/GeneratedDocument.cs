using System.Globalization;
using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Conventions.Tests;

/// <summary>
/// A document with parts that come from the code: tables of options (<c>&lt;!-- options: Type --&gt;</c> to <c>&lt;!-- end --&gt;</c>)
/// and of log messages (<c>&lt;!-- events: Package 1000-1999 --&gt;</c>), and code that is compiled, a whole file or a region of one
/// (<c>&lt;!-- path#region --&gt;</c> before the block).
/// </summary>
internal static partial class GeneratedDocument
{
    public static string Renew(string text)
    {
        text = Options(
            ).Replace(text, match => $"{match.Groups["head"].Value}\n{OptionsTable.Of(match.Groups["type"].Value)}\n<!-- end -->");
        text = Events().Replace(text, match => $"{match.Groups["head"].Value}\n" + EventsTable.Of(
            match.Groups["package"].Value, Number(match.Groups["from"]), Number(match.Groups["to"])) + "\n<!-- end -->");
        return Code().Replace(text, match =>
            $"{match.Groups["head"].Value}\n```csharp\n{Cut(match.Groups["path"].Value, match.Groups["region"].Value)}\n```");
    }

    public static int CountOfCode(string text) => Code().Count(text);

    private static string Cut(string path, string region)
    {
        var source = File.ReadAllText(Repository.PathOf(path.Split('/'))).TrimEnd();
        if (region.Length == 0)
            return source;
        var lines = source.Split('\n');
        var start = Array.FindIndex(lines, line => line.Trim() == $"#region {region}");
        if (start < 0)
            throw new InvalidOperationException($"{path} has no region {region}.");
        var end = Array.FindIndex(lines, start, line => line.Trim() == "#endregion");
        var cut = lines[(start + 1)..end];
        var indent = cut.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', cut.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<head><!-- options: (?<type>\S+) -->)\n(.*?\n)??<!-- end -->$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Options();

    [GeneratedRegex(
        @"^(?<head><!-- events: (?<package>\S+) (?<from>\d+)-(?<to>\d+) -->)\n(.*?\n)??<!-- end -->$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Events();

    [GeneratedRegex(
        @"^(?<head><!-- (?<path>[\w./-]+\.cs)(#(?<region>[\w-]+))? -->)\n```csharp\n(.*?\n)??```$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
