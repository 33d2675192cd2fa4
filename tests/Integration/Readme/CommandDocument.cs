using System.Globalization;
using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>
/// A document with blocks of commands (<c>sh</c> or <c>bash</c>), and what a reader sees when they run (<c>text</c>, where "…" stands for
/// anything).
/// </summary>
internal sealed partial class CommandDocument
{
    private static readonly string[] Folders = ["benchmarks", "docs", "examples", "src", "templates", "tests", "tools"];

    private CommandDocument(string path, string text)
    {
        Path = path;
        Lines = [.. Blocks("sh|bash", text)];
        Expected =
        [
            .. Blocks("text", text).Select(line => new Regex(Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal))),
        ];
    }

    public static IReadOnlyList<CommandDocument> All { get; } =
    [
        .. Paths().Order(StringComparer.Ordinal)
            .Select(path => new CommandDocument(path, File.ReadAllText(Repository.PathOf(path.Split('/')))))
            .Where(document => document.Lines.Count > 0),
    ];

    public string Path { get; }

    /// <summary>The lines of all its blocks, in order.</summary>
    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<Regex> Expected { get; }

    /// <summary>What runs here, with free ports instead of those that are written (50xx).</summary>
    public string Script()
    {
        var ports = new Dictionary<string, string>();
        return Port().Replace(string.Join('\n', Lines.Where(line => ListedCommand.For(line) is null)), match =>
            ports.TryGetValue(match.Value, out var port)
                ? port
                : ports[match.Value] = LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture));
    }

    public static IEnumerable<string> Paths()
    {
        var inRoot = Directory.EnumerateFiles(Repository.Root, "*.md");
        var below = Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal));
        return inRoot.Concat(below).Select(file => System.IO.Path.GetRelativePath(Repository.Root, file));
    }

    /// <summary>Commands in blocks without a language, which would not be run.</summary>
    public static IEnumerable<string> Unmarked(string path)
    {
        var language = (string?)null;
        foreach (var line in File.ReadLines(Repository.PathOf(path.Split('/'))))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                language = language is null ? line[3..] : null;
            else if (language is "" && Command().IsMatch(line))
                yield return line;
        }
    }

    private static IEnumerable<string> Blocks(string language, string text) =>
        Regex.Matches(text, $@"^```({language})\n(?<lines>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .SelectMany(match => match.Groups["lines"].Value.Split('\n')).Where(line => line.Trim().Length > 0);

    [GeneratedRegex(@"^(dotnet|discovery|etcdctl|etcd|curl|kubectl|\./\w+) ")]
    private static partial Regex Command();

    [GeneratedRegex(@"\b50\d\d\b")]
    private static partial Regex Port();
}
