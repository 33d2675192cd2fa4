namespace Interceptors.Integration.Tests;

/// <summary>A command of a document that <see cref="DocumentCommandsTests"/> does not run, and why.</summary>
internal sealed record ListedCommand(string Start, string Reason)
{
    public static IReadOnlyList<ListedCommand> All { get; } =
    [
        new("dotnet add package ", "The packages are in no public feed yet. tests/Packages restores each from a folder."),
        new("dotnet tool install ", "As above. tests/Packages installs the tool from a folder."),
        new("dotnet new ", "As above. tests/Packages makes, builds and runs each template."),
        new("dotnet build ", "The build of the tests has built it. ReadmeCommandsTests builds from a fresh copy."),
        new("etcd ", "Each test starts an etcd of its own."),
        new("./demo", "It builds the whole kit for release."),
        new("./test", "It runs this test."),
    ];

    public static ListedCommand? For(string line) => All.FirstOrDefault(listed => line.StartsWith(listed.Start, StringComparison.Ordinal));
}
