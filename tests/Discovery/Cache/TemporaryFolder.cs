namespace Interceptors.Discovery.Tests;

/// <summary>A folder of the test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-cache-");

    /// <summary>A folder inside it that does not exist yet.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "endpoints");

    public string[] Files => Directory.Exists(Path) ? Directory.GetFiles(Path) : [];

    public void Dispose() => _folder.Delete(recursive: true);
}
