using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The README's code is that of the examples, which the build compiles.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Blocks { get; } = new(Quoted().Matches(Readme).Select(match => match.Groups["path"].Value));

    public static TheoryData<string> Documents { get; } = new(
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)));

    private static string Readme => File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_quoted_file_is_quoted_to_the_letter(string path)
    {
        var quoted = Quoted().Matches(Readme).Single(match => match.Groups["path"].Value == path).Groups["code"].Value;

        Assert.Equal(File.ReadAllText(Repository.PathOf(path.Split('/'))).TrimEnd(), quoted.TrimEnd());
    }

    [Fact]
    public void Every_block_of_csharp_is_quoted_from_a_file() =>
        Assert.Equal(Regex.Count(Readme, "^```csharp", RegexOptions.Multiline), Quoted().Count(Readme));

    [Fact]
    public void It_can_be_read_in_one_go() => Assert.InRange(Readme.Count('\n'), 1, 200);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_links_exists(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document.Split('/')))!;

        Assert.All(
            Link().Matches(File.ReadAllText(Repository.PathOf(document.Split('/')))).Select(match => match.Groups["path"].Value),
            path => Assert.True(Path.Exists(Path.Combine([folder, .. path.Split('/')])), path));
    }

    [GeneratedRegex(@"^<!-- (?<path>\S+) -->\n```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\((?!\.\./\.\./)(?<path>[^):#]+)\)")]
    private static partial Regex Link();
}
