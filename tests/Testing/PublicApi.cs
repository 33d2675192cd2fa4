using System.Reflection;

namespace Interceptors.Testing;

/// <summary>Holds the public API of an assembly against the text file in which it is recorded.</summary>
public static class PublicApi
{
    private const string AcceptVariable = "ACCEPT_PUBLIC_API";

    /// <summary>What differs and how to accept it; null if nothing does.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="record">The path of the text file.</param>
    public static string? Difference(Assembly assembly, string record)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var lines = SurfaceListing.Of(assembly).ToList();
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllLines(record, lines);

        var actual = SurfaceListing.Flatten(lines);
        var recorded = SurfaceListing.Flatten(File.Exists(record) ? File.ReadLines(record) : []);
        var differences = recorded.Except(actual).Select(line => "- " + line).Concat(actual.Except(recorded).Select(line => "+ " + line))
            .ToList();
        if (differences.Count == 0)
            return null;
        return $"""
            The public API of {assembly.GetName().Name} is not what {Path.GetRelativePath(Repository.Root, record)} records:
            {string.Join('\n', differences)}
            To accept it: {AcceptVariable}=1 ./test -- PublicApi
            """;
    }
}
