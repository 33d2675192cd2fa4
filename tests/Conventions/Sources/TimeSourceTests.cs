using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Conventions.Tests;

/// <summary>
/// Code of the packages takes time from a <see cref="TimeProvider"/>. An analyzer holds that (<c>src/BannedSymbols.txt</c>), with
/// the exceptions of <c>src/.editorconfig</c>.
/// </summary>
public sealed partial class TimeSourceTests
{
    private static readonly string[] Banned =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
        "P:System.Environment.TickCount", "P:System.Environment.TickCount64", "T:System.Diagnostics.Stopwatch",
    ];

    [Fact]
    public void Every_clock_but_the_time_provider_is_banned()
    {
        var symbols = File.ReadLines(Repository.PathOf("src", "BannedSymbols.txt")).Select(line => line.Split(';')[0]);

        Assert.Superset(Banned.ToHashSet(), symbols.ToHashSet());
    }

    [Fact]
    public void No_file_is_excepted_that_uses_no_clock()
    {
        var excepted =
            Section().Matches(File.ReadAllText(Repository.PathOf("src", ".editorconfig"))).Select(match => match.Groups["path"].Value);

        Assert.DoesNotContain(excepted, path =>
            Repository.PathOf(["src", .. path.Split('/')]) is var file && !(File.Exists(file) && Clock().IsMatch(File.ReadAllText(file))));
    }

    [GeneratedRegex(@"^\[(?<path>[^\]*]+\.cs)\]$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bStopwatch\b|\bTickCount(64)?\b")]
    private static partial Regex Clock();
}
