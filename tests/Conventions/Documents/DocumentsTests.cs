using System.Text.RegularExpressions;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Conventions.Tests;

/// <summary>The pages of <c>docs</c> say what the code says.</summary>
public sealed partial class DocumentsTests
{
    private const string AcceptVariable = "ACCEPT_DOCS";

    public static TheoryData<string> Pages { get; } = new(
        Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/snippets/", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.Root, file)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Tables_and_code_of_a_page_are_those_of_the_sources(string page)
    {
        var path = Repository.PathOf(page.Split('/'));
        var text = File.ReadAllText(path);
        var renewed = GeneratedDocument.Renew(text);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllText(path, text = renewed);

        Assert.True(text == renewed, $"{page} is not what the code says. To renew it: {AcceptVariable}=1 ./test -- DocumentsTests");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_csharp_is_cut_from_a_compiled_file(string page)
    {
        var text = Read(page);

        Assert.Equal(CSharp().Count(text), GeneratedDocument.CountOfCode(text));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_page_is_in_the_index(string page)
    {
        var linked = Pages.Select(row => row.Data).Append("README.md").Where(other => other != page).SelectMany(LinkedFrom);

        Assert.True(linked.Contains(Repository.PathOf(page.Split('/'))), $"Neither the README nor a page of docs links {page}.");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_file_that_a_page_links_exists(string page)
    {
        Assert.All(LinkedFrom(page), path => Assert.True(Path.Exists(path), path));
    }

    [Fact]
    public void Operations_says_what_to_do_about_every_error()
    {
        var text = Read("docs/operations.md").Split("## All messages")[0];

        Violations.None(Package.All.SelectMany(EventsTable.Of).Where(message => message.Level is LogLevel.Error or LogLevel.Critical)
            .Where(message => !text.Contains($"`{message.EventName}`", StringComparison.Ordinal)).Select(message => message.EventName!));
    }

    private static IEnumerable<string> LinkedFrom(string page)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(page.Split('/')))!;
        return Link().Matches(Read(page)).Select(match => Path.GetFullPath(Path.Combine(folder, match.Groups["path"].Value)));
    }

    private static string Read(string page) => File.ReadAllText(Repository.PathOf(page.Split('/')));

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"\]\((?<path>[^):#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
