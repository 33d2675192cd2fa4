namespace Interceptors.Testing;

/// <summary>The files of the repository that tests hold in step with the code.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Interceptors.sln</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (File.Exists(Path.Combine(parent.FullName, "Interceptors.sln")))
                return parent.FullName;
        }
        throw new DirectoryNotFoundException($"No folder above {folder} holds Interceptors.sln.");
    }
}
