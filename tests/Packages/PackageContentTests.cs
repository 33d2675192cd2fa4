using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Interceptors.Testing;

namespace Interceptors.Packages.Tests;

public sealed partial class PackageContentTests(Workspace workspace)
{
    private const string Tool = "Interceptors.Discovery.Tool";
    private const string Templates = "Interceptors.Templates";

    private static readonly string[] Folders = ["docs", "examples", "src", "templates", "tools"];

    public static TheoryData<string> Libraries { get; } = new(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)!));

    public static TheoryData<string> Packages { get; } = [.. Libraries, Tool, Templates];

    [Fact]
    public void Nothing_else_is_made() => Assert.Equal(
        Packages.Select(row => workspace.Feed.PathOf(row.Data, "nupkg"))
            .Concat(Libraries.Select(row => row.Data).Append(Tool).Select(package => workspace.Feed.PathOf(package, "snupkg"))).Order(),
        Directory.EnumerateFiles(workspace.Feed.Folder).Order());

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is(string package)
    {
        using var archive = workspace.Feed.Open(package);
        var metadata = Metadata(archive);

        Assert.All(
            ["description", "tags", "authors", "license", "readme", "icon", "repository"],
            name => Assert.Contains(metadata.Elements(), element => element.Name.LocalName == name));
        Assert.NotNull(archive.GetEntry("README.md"));
        Assert.NotNull(archive.GetEntry("icon.png"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void It_refers_to_others_of_its_release_in_exactly_its_version(string package)
    {
        using var archive = workspace.Feed.Open(package);

        Assert.All(
            Metadata(archive).Descendants().Where(element => element.Name.LocalName == "dependency"),
            element => Assert.True(
                !element.Attribute("id")!.Value.StartsWith("Interceptors.", StringComparison.Ordinal)
                || element.Attribute("version")!.Value == $"[{Feed.Version}]",
                element.ToString()));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void It_documents_its_public_types_and_no_others(string package)
    {
        using var archive = workspace.Feed.Open(package);
        using var stream = archive.GetEntry($"lib/net10.0/{package}.xml")!.Open();
        var documented = XDocument.Load(stream).Descendants("member").Select(member => member.Attribute("name")!.Value)
            .Where(name => name.StartsWith("T:", StringComparison.Ordinal)).Select(name => name[2..]);

        var exported = Assembly.Load(package).GetExportedTypes()
            // The compiler makes one for each extension block, in which the block's members are documented.
            .Where(type => !type.Name.Contains('<', StringComparison.Ordinal))
            .Select(type => type.FullName!.Replace('+', '.'));
        Assert.Equal(exported.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_package_that_a_document_adds_is_made() => Assert.All(
        Documents().SelectMany(file => Added().Matches(File.ReadAllText(file))).Select(match => match.Groups["package"].Value).Distinct(),
        package => Assert.Contains(Packages, row => row.Data == package));

    private static IEnumerable<string> Documents() =>
        Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Append(Repository.PathOf("README.md"));

    private static XElement Metadata(ZipArchive archive)
    {
        using var stream = archive.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    [GeneratedRegex(@"(dotnet add package|dotnet tool install --global|dotnet new install) (?<package>Interceptors\.[\w.]*\w)")]
    private static partial Regex Added();
}
