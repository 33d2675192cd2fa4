using Interceptors.Testing;

namespace Interceptors.Conventions.Tests;

/// <summary>The repository's text files as they are on disk, without what builds leave behind.</summary>
internal static class SourceTree
{
    private static readonly string[] Left = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];
    private static readonly string[] Texts =
        ["", ".cs", ".csproj", ".editorconfig", ".json", ".md", ".props", ".proto", ".sh", ".slnf", ".targets", ".txt", ".yml"];

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Below(new DirectoryInfo(Repository.Root))];

    private static IEnumerable<SourceFile> Below(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles().Where(file => Texts.Contains(file.Extension) && file.Name != ".git"))
            yield return new SourceFile(PathOf(file), File.ReadAllText(file.FullName));
        var children = folder.EnumerateDirectories().Where(child => child.Name != ".git" && !Left.Contains(child.Name));
        foreach (var file in children.SelectMany(Below))
            yield return file;
    }

    private static string PathOf(FileInfo file) => Path.GetRelativePath(Repository.Root, file.FullName).Replace('\\', '/');
}
