using System.Reflection;
using Interceptors.Testing;

namespace Interceptors.Conventions.Tests;

/// <summary>The packages of <c>src</c>, found by their projects, so that a new one is held to the rules by itself.</summary>
internal static class Package
{
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order()!,
    ];

    public static IReadOnlyList<Assembly> All { get; } = [.. Names.Select(Assembly.Load)];
}
