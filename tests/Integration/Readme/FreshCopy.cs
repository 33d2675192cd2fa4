using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>What somebody has who has just cloned the repository: packages and examples, nothing built.</summary>
public sealed class FreshCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-readme-");

    public FreshCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Root).Where(file => !file.EndsWith(".git", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        foreach (var folder in new[] { "src", "examples", "tools" })
            Copy(new DirectoryInfo(Repository.PathOf(folder)), _folder.CreateSubdirectory(folder));
    }

    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.EnumerateFiles())
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        foreach (var child in from.EnumerateDirectories().Where(child => child.Name is not ("bin" or "obj")))
            Copy(child, to.CreateSubdirectory(child.Name));
    }
}
