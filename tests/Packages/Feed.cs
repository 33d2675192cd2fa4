using System.IO.Compression;
using System.Xml.Linq;
using Interceptors.Testing;

namespace Interceptors.Packages.Tests;

/// <summary>A folder with what <c>./pack</c> makes of the build that the tests belong to; made once.</summary>
public sealed class Feed : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-feed-");

    public static string Version { get; } = XDocument.Load(
        Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    public string Folder => _folder.FullName;

    public Task PackAsync() => Command.RunAsync(
        Repository.Root, Repository.PathOf(
            "pack"), "--no-build", "--configuration", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "--output", Folder);

    public void Dispose() => _folder.Delete(recursive: true);

    public ZipArchive Open(string package) => ZipFile.OpenRead(PathOf(package, "nupkg"));

    public string PathOf(string package, string extension) => Path.Combine(Folder, $"{package}.{Version}.{extension}");
}
